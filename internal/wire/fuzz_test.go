package wire

import (
	"bytes"
	"testing"
)

func FuzzUnmarshalList(f *testing.F) {
	for _, body := range append([]string{full, `[` + full + `]`, `{"groups":[` + full + `,` + full + `]}`, `{"items":[],"_metadata":{"totalPages":3.0}}`}, notLists...) {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		rows := 0
		d := new(decoder)
		_, err := d.UnmarshalList(body, "groups", func() error { rows++; return d.group(new(group)) })
		if err == nil && rows == 0 && !bytes.Contains(body, []byte("[")) {
			t.Errorf("%q was read as an empty list", body)
		}
		if err == nil && bytes.IndexByte([]byte("[{"), bytes.TrimSpace(body)[0]) < 0 {
			t.Errorf("%q was read as a list", body)
		}
	})
}

func FuzzUnmarshalObject(f *testing.F) {
	for _, body := range append([]string{full, `{"id":"g"}`}, notGroups...) {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := readOne(string(body)); err == nil && bytes.TrimSpace(body)[0] != '{' {
			t.Errorf("%q was read as a group", body)
		}
	})
}

func FuzzUnmarshalError(f *testing.F) {
	for _, body := range []string{
		`{"errors":["a",{"message":"b"},5]}`, `{"message":["a"],"errorCode":"x"}`, `{"errorContext":{"a":[1]}}`, `<html>`, `{"errors":[[[[`, `{"error":{"error":{"error":1}}}`, "\xff", `null`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, message := range UnmarshalError(body).Messages {
			if message == "" {
				t.Error("an empty message")
			}
		}
	})
}
