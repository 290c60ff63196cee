package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/frontegg-go/frontegg/groupsync"
)

// planFile is what -plan-out writes and -apply-plan reads: what one person looks at
// and another one, or a later job, applies.
type planFile struct {
	Target  string             `json:"target"` // server and tenant
	Created time.Time          `json:"created"`
	Lost    map[string]content `json:"lost,omitempty"` // of the groups that are deleted, by ID
	Plan    *groupsync.Plan    `json:"plan"`
}

// save writes the file whole or not at all. Nobody else may read it: it has the e-mail
// addresses of people.
func (p planFile) save(path string) error {
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("plan: %w", err)
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
	switch {
	case p.Plan == nil:
		return planFile{}, &inputError{fmt.Errorf("%s is not a plan", path)}
	case p.Target != target:
		return planFile{}, &inputError{fmt.Errorf("%s is a plan for %s, not for %s", path, p.Target, target)}
	}
	return p, nil
}
