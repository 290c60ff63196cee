package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

// journal notes the writes to a tenant in a file of JSON Lines.
type journal struct {
	file  *os.File
	night string
	plan  *groupsync.Plan
	had   map[string]frontegg.Group // the groups before, by ID
}

// entry is one write.
type entry struct {
	Time     time.Time `json:"time"`
	Night    string    `json:"night"`
	Tenant   string    `json:"tenant"`
	Action   string    `json:"action"`
	GroupID  string    `json:"groupId,omitempty"`
	GroupKey string    `json:"groupKey"`
	Group    string    `json:"group"`
	From     string    `json:"from,omitempty"` // the name before a rename
	IDs      []string  `json:"ids,omitempty"`
	Names    []string  `json:"names,omitempty"` // e-mail addresses or role keys, in the order of IDs
	Result   string    `json:"result"`          // done, failed, or unknown: the response was lost
	Error    string    `json:"error,omitempty"`
	TraceID  string    `json:"traceId,omitempty"`
}

// openJournal opens the file of the plan's tenant to append to it.
func openJournal(dir, night string, plan *groupsync.Plan, actual []frontegg.Group) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, fileName(plan.Tenant(), ".jsonl")), os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := endLine(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	j := &journal{file: f, night: night, plan: plan, had: make(map[string]frontegg.Group, len(actual))}
	for _, g := range actual {
		j.had[g.ID] = g
	}
	return j, nil
}

// endLine ends a line that a full disk has cut off, so that the next one is whole.
func endLine(f *os.File) error {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.WriteString("\n")
	return err
}

// add appends a write. A line is written whole, so that processes may share a
// directory.
func (j *journal) add(s groupsync.Step, failure error) error {
	e := entry{
		Time: time.Now().UTC(), Night: j.night, Tenant: j.plan.Tenant(), Action: string(s.Kind),
		GroupID: s.GroupID, GroupKey: s.Key, Group: s.Name, From: s.From, IDs: s.IDs, Result: "done", TraceID: s.TraceID,
	}
	for _, id := range s.IDs {
		e.Names = append(e.Names, j.plan.NameOf(id))
	}
	if s.Kind == groupsync.Delete { // who loses what
		for _, u := range j.had[s.GroupID].Users {
			e.IDs, e.Names = append(e.IDs, u.ID), append(e.Names, u.Email)
		}
		for _, r := range j.had[s.GroupID].Roles {
			e.IDs, e.Names = append(e.IDs, r.ID), append(e.Names, r.Key)
		}
	}
	if failure != nil {
		e.Result, e.Error = "failed", failure.Error()
		if errors.Is(failure, frontegg.ErrOutcomeUnknown) {
			e.Result = "unknown"
		}
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err = j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("%w: it lacks %s", err, line)
	}
	return nil
}
