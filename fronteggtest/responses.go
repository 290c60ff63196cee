package fronteggtest

import (
	"net/http"

	"github.com/go-json-experiment/json"
)

// done is the answer of an operation that was carried out.
func done(status int, body []byte) response {
	return response{status: status, body: body, applied: true}
}

// refuse is the answer of an operation that was not carried out.
func errorResponse(status int, messages ...string) response {
	return response{status: status, body: errorBody("", messages)}
}

// refuseWithCode is refuse with an errorCode, as Frontegg sends one with the
// refusals that a program tells apart.
func errorResponseWithCode(status int, code, message string) response {
	return response{status: status, body: errorBody(code, []string{message})}
}

func errorBody(code string, messages []string) []byte {
	return encode(struct {
		Errors []string `json:"errors"`
		Code   string   `json:"errorCode,omitzero"`
	}{messages, code})
}

func groupNotFound(id string) response {
	return errorResponseWithCode(http.StatusNotFound, "GROUP_NOT_FOUND", "Group "+id+" not found")
}

func nameTaken(name string) response {
	return errorResponseWithCode(http.StatusConflict, "GROUP_NAME_TAKEN", "Group with name "+name+" already exists")
}

// decode reads the body of a call. Names of members count to the letter, and one
// that is not known is let pass, as Frontegg does.
func decode[T any](c *call) (T, *response) {
	var v T
	if err := json.Unmarshal(c.body, &v); err != nil {
		failure := errorResponse(http.StatusBadRequest, "body is not what "+c.op.name+" takes: "+err.Error())
		return v, &failure
	}
	return v, nil
}
