package fronteggtest

import (
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
)

// The codes of errors that programs tell apart. Frontegg's codes have this form;
// these values are the server's own.
const (
	codeGroupNotFound  = "ER-04041"
	codeMemberNotFound = "ER-04042"
	codeUserNotFound   = "ER-04043"
	codeNameTaken      = "ER-04091"
	codeGroupsOff      = "ER-04031"
)

// success is the response of an operation that was carried out.
func success(status int, body []byte) response {
	return response{status: status, body: body, applied: true}
}

// errorResponse is the response of an operation that was not carried out.
func errorResponse(status int, messages ...string) response {
	return response{status: status, body: errorBody("", messages)}
}

// errorResponseWithCode adds an errorCode to errorResponse.
func errorResponseWithCode(status int, code, message string) response {
	return response{status: status, body: errorBody(code, []string{message})}
}

func errorBody(code string, messages []string) []byte {
	return encode(struct {
		Errors []string `json:"errors"`
		Code   string   `json:"errorCode,omitzero"`
	}{messages, code})
}

func notFound(c *call) response {
	return errorResponse(http.StatusNotFound, "Cannot "+c.Method+" "+c.URL.Path)
}

func badRequest(message string) *response {
	return new(errorResponse(http.StatusBadRequest, message))
}

func groupNotFound(id string) response {
	return errorResponseWithCode(http.StatusNotFound, codeGroupNotFound, "Group "+id+" not found")
}

func nameTaken(name string) response {
	return errorResponseWithCode(http.StatusConflict, codeNameTaken, "Group with name "+name+" already exists")
}

// decode reads the body of a call. No body reads as an empty object. Member names
// are compared with case; unknown ones are ignored, as by Frontegg.
func decode[T any](c *call) (T, *response) {
	var v T
	body := c.body
	if len(body) == 0 {
		body = []byte("{}")
	}
	err := json.Unmarshal(body, &v)
	if err == nil {
		return v, nil
	}
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok && wrong.JSONPointer != "" {
		return v, badRequest(wrongType(wrong))
	}
	return v, badRequest("Invalid JSON provided")
}

// wrongType is the text of a member that has another type than it should.
func wrongType(err *json.SemanticError) string {
	kind := map[reflect.Kind]string{reflect.Bool: "a boolean value", reflect.Slice: "an array"}[err.GoType.Kind()]
	if kind == "" {
		kind = "a string"
	}
	name, element, _ := strings.Cut(string(err.JSONPointer[1:]), "/")
	if element != "" {
		return "each value in " + name + " must be " + kind
	}
	return name + " must be " + kind
}
