package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/frontegg-go/frontegg"
	"github.com/frontegg-go/frontegg/groupsync"
)

var errJournal = errors.New("the journal cannot be written")

// journal appends a line of JSON for each write to a file. A nil journal does nothing.
type journal struct {
	tenant string
	names  func(id string) string
	lost   map[string]content // of groups that are deleted, by ID
	stop   func(error)        // ends the run: no write without a line

	mu   sync.Mutex
	file *os.File
}

// content is who was in a group and which roles it had.
type content struct {
	Users []named `json:"users"`
	Roles []named `json:"roles"`
}

// named is a user with an e-mail address or a role with a key.
type named struct {
	ID    string `json:"id"`
	Email string `json:"email,omitempty"`
	Key   string `json:"key,omitempty"`
}

// entryLine is a line of the journal.
type entryLine struct {
	Time        time.Time `json:"time"`
	Tenant      string    `json:"tenant"`
	Action      string    `json:"action"`
	GroupID     string    `json:"groupId,omitempty"` // empty: a group that is created
	GroupKey    string    `json:"groupKey"`
	Group       string    `json:"group"`
	From        string    `json:"from,omitempty"`
	Description *string   `json:"description,omitempty"`
	Color       *string   `json:"color,omitempty"`
	Users       []named   `json:"users,omitempty"`
	Roles       []named   `json:"roles,omitempty"`
	Result      string    `json:"result"` // "done", "failed", or "unknown": the response was lost
	Error       string    `json:"error,omitempty"`
	TraceID     string    `json:"traceId,omitempty"`
}

// openJournal opens the file before anything is written to the tenant. A line that a
// full disk has cut off gets an end, so that the next one is whole.
func openJournal(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errJournal, err)
	}
	last := make([]byte, 1)
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
		if _, err = f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			_, err = f.WriteString("\n")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errJournal, errors.Join(err, f.Close()))
	}
	return f, nil
}

// add writes the line of a step, and makes sure that it is on the disk.
func (j *journal) add(s groupsync.Step, stepErr error) {
	line := entryLine{
		Time: time.Now().UTC(), Tenant: j.tenant, Action: string(s.Kind), GroupID: s.GroupID, GroupKey: s.Key, Group: s.Name,
		From: s.From, Description: s.Description, Color: s.Color, Result: "done", TraceID: s.TraceID,
	}
	switch s.Kind {
	case groupsync.AddUsers, groupsync.RemoveUsers:
		for _, id := range s.IDs {
			line.Users = append(line.Users, named{ID: id, Email: other(id, j.names(id))})
		}
	case groupsync.AddRoles, groupsync.RemoveRoles:
		for _, id := range s.IDs {
			line.Roles = append(line.Roles, named{ID: id, Key: other(id, j.names(id))})
		}
	case groupsync.Delete:
		line.Users, line.Roles = j.lost[s.GroupID].Users, j.lost[s.GroupID].Roles
	}
	if stepErr != nil {
		line.Result, line.Error = "failed", stepErr.Error()
		if errors.Is(stepErr, frontegg.ErrOutcomeUnknown) {
			line.Result = "unknown"
		}
	}
	b, err := json.Marshal(line)
	if err == nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		_, err = j.file.Write(append(b, '\n'))
		err = errors.Join(err, j.file.Sync())
	}
	if err != nil {
		j.stop(fmt.Errorf("%w: %w: it may lack %s", errJournal, err, b))
	}
}

// other returns a name unless it is the ID: then there is none.
func other(id, name string) string {
	if name == id {
		return ""
	}
	return name
}

// lostContent returns what the groups have that a plan deletes.
func lostContent(plan *groupsync.Plan, actual []frontegg.Group) map[string]content {
	out := map[string]content{}
	for _, s := range plan.Steps {
		if s.Kind == groupsync.Delete {
			out[s.GroupID] = content{}
		}
	}
	for _, g := range actual {
		if _, isDeleted := out[g.ID]; !isDeleted {
			continue
		}
		var c content
		for _, u := range g.Users {
			c.Users = append(c.Users, named{ID: u.ID, Email: u.Email})
		}
		for _, r := range g.Roles {
			c.Roles = append(c.Roles, named{ID: r.ID, Key: r.Key})
		}
		out[g.ID] = c
	}
	return out
}
