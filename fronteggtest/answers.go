package fronteggtest

import (
	"net/http"

	"github.com/go-json-experiment/json"
)

// done is the answer of an operation that was carried out.
func done(status int, body []byte) answer {
	return answer{status: status, body: body, applied: true}
}

// refuse is the answer of an operation that was not carried out.
func refuse(status int, messages ...string) answer {
	return answer{status: status, body: errorBody("", messages)}
}

// refuseWithCode is refuse with an errorCode, as Frontegg sends one with the
// refusals that a program tells apart.
func refuseWithCode(status int, code, message string) answer {
	return answer{status: status, body: errorBody(code, []string{message})}
}

func errorBody(code string, messages []string) []byte {
	return encode(struct {
		Errors []string `json:"errors"`
		Code   string   `json:"errorCode,omitzero"`
	}{messages, code})
}

func noGroup(id string) answer {
	return refuseWithCode(http.StatusNotFound, "GROUP_NOT_FOUND", "Group "+id+" not found")
}

func nameTaken(name string) answer {
	return refuseWithCode(http.StatusConflict, "GROUP_NAME_TAKEN", "Group with name "+name+" already exists")
}

// decode reads the body of a call. Names of members count to the letter, and one
// that is not known is let pass, as Frontegg does.
func decode[T any](c *call) (T, *answer) {
	var v T
	if err := json.Unmarshal(c.body, &v); err != nil {
		refusal := refuse(http.StatusBadRequest, "body is not what "+c.op.name+" takes: "+err.Error())
		return v, &refusal
	}
	return v, nil
}
