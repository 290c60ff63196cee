package groupsync

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// planVersion is the version of a plan in JSON.
const planVersion = 1

// planOptions encode equal plans as equal JSON. Invalid UTF-8 from a server is replaced.
var planOptions = json.JoinOptions(json.Deterministic(true), jsontext.AllowInvalidUTF8(true))

// planJSON is a plan in JSON.
type planJSON struct {
	Version    int               `json:"version"`
	Owner      string            `json:"owner"`
	Prefix     string            `json:"prefix,omitzero"`
	Tenant     string            `json:"tenant,omitzero"`
	GrantRoles bool              `json:"grantRoles,omitzero"`
	Refused    *refusalJSON      `json:"refused,omitzero"`
	Steps      []Step            `json:"steps"`
	Skipped    []Skip            `json:"skipped,omitzero"`
	Warnings   []string          `json:"warnings,omitzero"`
	Names      map[string]string `json:"names,omitzero"`
	Checksum   string            `json:"checksum"`
}

type refusalJSON struct {
	Guard  Guard  `json:"guard"`
	Detail string `json:"detail"`
}

// MarshalJSON encodes the whole plan: the steps, what is skipped, owner, prefix
// and tenant, whether a guard refused it, and a checksum. So a plan can be stored,
// approved and applied later. The JSON may be indented; [Apply] refuses a plan with any
// other change. The checksum is not a signature: it does not prevent forgery.
func (p *Plan) MarshalJSON() ([]byte, error) { return json.Marshal(p.encode(), planOptions) }

func (p *Plan) encode() planJSON {
	out := planJSON{
		Version: planVersion, Owner: p.owner, Prefix: p.prefix, Tenant: p.tenant, GrantRoles: p.grantRoles,
		Steps: p.Steps, Skipped: p.Skipped, Warnings: p.Warnings, Names: p.Names, Checksum: p.checksum,
	}
	if p.refused != nil {
		out.Refused = &refusalJSON{p.refused.Guard, p.refused.Detail}
	}
	return out
}

// UnmarshalJSON decodes a plan that MarshalJSON encoded. A plan that was changed or
// refused is decoded, so that it can be shown, but [Apply] refuses it. It returns an
// error if data is not a plan of this version.
func (p *Plan) UnmarshalJSON(data []byte) error {
	var in planJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("groupsync: not a plan: %w", err)
	}
	switch {
	case in.Version == 0 && in.Checksum == "":
		return errors.New("groupsync: not a plan: it has no version and no checksum")
	case in.Version != planVersion:
		return fmt.Errorf("groupsync: a plan of version %d, but only %d can be read: compute again", in.Version, planVersion)
	}
	out := Plan{
		Steps: in.Steps, Skipped: in.Skipped, Warnings: in.Warnings, Names: in.Names,
		owner: in.Owner, prefix: in.Prefix, tenant: in.Tenant, grantRoles: in.GrantRoles, checksum: in.Checksum,
	}
	if in.Refused != nil {
		out.refused = &GuardError{Guard: in.Refused.Guard, Detail: in.Refused.Detail, Plan: p}
	}
	if len(out.Steps) == 0 {
		out.Steps = nil
	}
	if !out.encodesTo(data) {
		out.checksum = "changed"
	}
	*p = out
	return nil
}

// encodesTo reports whether data is the JSON of the plan, apart from white space and the
// order of members.
func (p *Plan) encodesTo(data []byte) bool {
	same, err := p.MarshalJSON()
	if err != nil {
		return false
	}
	given := jsontext.Value(bytes.Clone(data))
	ours := jsontext.Value(same)
	return given.Canonicalize() == nil && ours.Canonicalize() == nil && bytes.Equal(given, ours)
}

// sum returns the checksum of the plan.
func (p *Plan) sum() string {
	out := p.encode()
	out.Checksum = ""
	h := sha256.New()
	if err := json.MarshalWrite(h, out, planOptions); err != nil {
		panic("groupsync: a plan that cannot be encoded: " + err.Error())
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
