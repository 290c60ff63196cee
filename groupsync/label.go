package groupsync

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// metadataKey is the member of a group's metadata that holds the owner label.
const metadataKey = "groupsync"

// label is the owner label of a group. The zero value means none.
type label struct {
	Owner string `json:"owner"`
	Key   string `json:"key"`
}

// member is a member of a JSON object, as it is written.
type member struct {
	name  jsontext.Value
	value jsontext.Value
}

// Label returns metadata with the owner label of owner and key, in place of any other
// label. Other members are kept as they are written, in their order. Empty metadata
// becomes an object with only the label.
//
// Use it to hand single groups over to groupsync: write the result with
// [frontegg.UpdateGroupParams]. [Options].Adopt does so for all groups that have a wanted
// name.
//
// It returns an error if metadata is not a JSON object, or if owner or key is empty
// or not UTF-8.
func Label(metadata, owner, key string) (string, error) {
	for _, s := range []struct{ field, value string }{{"owner", owner}, {"key", key}} {
		if reason := invalidText(s.value); reason != "" {
			return "", invalid("groupsync.Label", s.field, reason)
		}
	}
	members, err := readObject(metadata)
	if err != nil {
		return "", fmt.Errorf("groupsync: cannot write the owner label: %w", err)
	}
	value, err := json.Marshal(label{Owner: owner, Key: key})
	if err != nil {
		return "", fmt.Errorf("groupsync: cannot write the owner label: %w", err)
	}
	hasLabel := false
	for i := range members {
		if isLabel(members[i].name) {
			members[i].value, hasLabel = value, true
		}
	}
	if !hasLabel {
		members = append(members, member{jsontext.Value(`"` + metadataKey + `"`), value})
	}
	var pairs []string
	for _, m := range members {
		pairs = append(pairs, string(m.name)+":"+string(m.value))
	}
	return "{" + strings.Join(pairs, ",") + "}", nil
}

// readLabel reads the owner label of a group. It returns an error for a label that
// cannot be read, and for metadata that cannot have one.
func readLabel(metadata string) (label, error) {
	members, err := readObject(metadata)
	if err != nil {
		return label{}, err
	}
	for _, m := range members {
		if !isLabel(m.name) {
			continue
		}
		var out label
		if m.value.Kind() != '{' {
			return label{}, errors.New("the owner label is not an object")
		}
		if err := json.Unmarshal(m.value, &out); err != nil {
			return label{}, errors.New("the owner label has no owner and key that are strings")
		}
		if out.Owner == "" || out.Key == "" {
			return label{}, errors.New("the owner label has no owner or no key")
		}
		return out, nil
	}
	return label{}, nil
}

// isLabel reports whether a member's name, as it is written, is that of the label.
func isLabel(name jsontext.Value) bool {
	unquoted, err := jsontext.AppendUnquote(nil, name)
	return err == nil && string(unquoted) == metadataKey
}

// errNotObject does not quote the metadata, which can contain anything.
var errNotObject = errors.New("the metadata is not a JSON object")

// readObject returns the members of metadata in their order.
func readObject(metadata string) ([]member, error) {
	if strings.TrimSpace(metadata) == "" {
		return nil, nil
	}
	dec := jsontext.NewDecoder(strings.NewReader(metadata))
	if begin, err := dec.ReadToken(); err != nil || begin.Kind() != '{' {
		return nil, errNotObject
	}
	var out []member
	for dec.PeekKind() == '"' {
		var m member
		for _, part := range []*jsontext.Value{&m.name, &m.value} {
			v, err := dec.ReadValue()
			if err != nil {
				return nil, errNotObject
			}
			*part = bytes.Clone(v)
		}
		out = append(out, m)
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, errNotObject
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNotObject
	}
	return out, nil
}
