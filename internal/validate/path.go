package validate

import (
	"strings"
	"unicode/utf8"
)

// PathTemplate checks the template of a path, like "/identity/resources/users/v1/{id}".
// It returns the names of the parameters in their order.
func PathTemplate(path string) (names []string, reason string) {
	if !strings.HasPrefix(path, "/") {
		return nil, "must begin with /"
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		name, open := strings.CutPrefix(segment, "{")
		name, closed := strings.CutSuffix(name, "}")
		switch {
		case segment == "":
			return nil, "has an empty segment"
		case segment == ".", segment == "..":
			return nil, "has a . or .. segment"
		case open && closed && name != "" && strings.Trim(name, parameterName) == "":
			names = append(names, name)
		case strings.ContainsAny(segment, "{}"):
			return nil, "has a parameter that is not a whole segment, like {id}"
		case strings.ContainsAny(segment, "?#"):
			return nil, "has a query or fragment; use Query"
		case strings.Trim(segment, pathCharacters) != "":
			return nil, "has a character that a path template cannot have; use PathParams"
		}
	}
	return names, ""
}

const (
	parameterName  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
	pathCharacters = parameterName + ".~:@!$&'()*+,;="
)

// PathParam checks the value of a parameter. It is escaped, so most characters are valid,
// but the escaped value must not be removed as a dot segment.
func PathParam(value string) string {
	switch {
	case value == "":
		return "is empty"
	case value == ".", value == "..":
		return "must not be . or .."
	case !utf8.ValidString(value), strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "has a control character or invalid UTF-8"
	}
	return ""
}
