package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/frontegg-go/frontegg/groupsync"
)

// planFile is what -plan-out writes and -apply-plan reads: what one person looks at
// and another one, or a later job, applies.
type planFile struct {
	Target   string             `json:"target"` // server and tenant
	Created  time.Time          `json:"created"`
	Lost     map[string]content `json:"lost,omitempty"` // of the groups that are deleted, by ID
	Plan     *groupsync.Plan    `json:"plan"`
	Checksum string             `json:"checksum"` // of all the above
}

// encode returns the file with its checksum.
func (p planFile) encode() ([]byte, error) {
	p.Checksum = ""
	b, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	p.Checksum = fmt.Sprintf("sha256:%x", sha256.Sum256(b))
	return json.MarshalIndent(p, "", "  ")
}

// save writes the file whole or not at all. Nobody else may read it: it has the e-mail
// addresses of people.
func (p planFile) save(path string) error {
	b, err := p.encode()
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("plan: %s is not a file", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	return nil
}

// readPlan reads a plan that was made for a target.
func readPlan(path, target string) (planFile, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return planFile{}, &inputError{err}
	}
	var p planFile
	if err := json.Unmarshal(b, &p); err != nil {
		return planFile{}, &inputError{fmt.Errorf("%s is not a plan, or it was changed: %w", path, err)}
	}
	if p.Plan == nil {
		return planFile{}, &inputError{fmt.Errorf("%s is not a plan", path)}
	}
	same, err := p.encode()
	if err != nil {
		return planFile{}, &inputError{fmt.Errorf("%s is not a plan: %w", path, err)}
	}
	switch {
	case !isSameJSON(b, same):
		return planFile{}, &inputError{fmt.Errorf("%s was changed: what was approved must be what is applied; make a new plan", path)}
	case p.Target != target:
		return planFile{}, &inputError{fmt.Errorf("%s is a plan for %s, not for %s", path, p.Target, target)}
	}
	return p, nil
}

// isSameJSON reports whether two texts are the same but for white space, the order of
// fields and escapes: a person may have formatted the file.
func isSameJSON(a, b []byte) bool {
	x, y := jsontext.Value(bytes.Clone(a)), jsontext.Value(b)
	return x.Canonicalize() == nil && y.Canonicalize() == nil && bytes.Equal(x, y)
}
