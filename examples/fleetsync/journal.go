package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/frontegg-go/frontegg/groupsync"
)

// journal is where the writes to tenants are noted, a file of JSON Lines for each.
type journal struct {
	dir, night string
}

// entry is one write.
type entry struct {
	Time    time.Time `json:"time"`
	Night   string    `json:"night"`
	Tenant  string    `json:"tenant"`
	Kind    string    `json:"kind"`
	GroupID string    `json:"group_id,omitempty"` // empty: the plan created the group
	Key     string    `json:"key"`
	Name    string    `json:"name"`
	IDs     []string  `json:"ids,omitempty"` // of users or roles
	Error   string    `json:"error,omitempty"`
}

// open returns a function that appends a write, and one that closes the file. A
// line is written at once and whole, so that processes may share a directory.
func (j journal) open(tenant string) (note func(groupsync.Step, error) error, done func() error, err error) {
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(filepath.Join(j.dir, fileName(tenant, ".jsonl")), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	note = func(s groupsync.Step, failure error) error {
		e := entry{
			Time: time.Now().UTC(), Night: j.night, Tenant: tenant,
			Kind: string(s.Kind), GroupID: s.GroupID, Key: s.Key, Name: s.Name, IDs: s.IDs,
		}
		if failure != nil {
			e.Error = failure.Error()
		}
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		_, err = f.Write(append(line, '\n'))
		return err
	}
	return note, f.Close, nil
}
