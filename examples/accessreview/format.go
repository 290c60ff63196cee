package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/frontegg-go/frontegg/examples/internal/sheet"
)

// header is what a review says about itself.
type header struct {
	Target string // server and tenant
	Time   time.Time
}

// formats write a review. An error of the grants ends them; it is returned.
var formats = map[string]func(io.Writer, header, iter.Seq2[grant, error]) error{
	"csv": writeCSV, "jsonl": writeJSONL, "html": writeHTML,
}

func writeJSONL(w io.Writer, _ header, grants iter.Seq2[grant, error]) error {
	lines := json.NewEncoder(w)
	for g, err := range grants {
		if err == nil {
			err = lines.Encode(g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var columns = []string{
	"tenantId", "tenant", "userId", "email", "name", "locked", "lastLogin", "roleId", "roleKey", "role", "through", "groupId", "group", "managedBy",
}

func writeCSV(w io.Writer, _ header, grants iter.Seq2[grant, error]) error {
	table := csv.NewWriter(w)
	defer table.Flush() // also after an error
	if err := table.Write(columns); err != nil {
		return err
	}
	for g, err := range grants {
		if err != nil {
			return err
		}
		row := []string{
			g.TenantID, g.Tenant, g.UserID, g.Email, g.Name, strconv.FormatBool(g.Locked), date(g.LastLogin), g.RoleID, g.RoleKey, g.Role, g.Through, g.GroupID, g.Group, g.ManagedBy,
		}
		for i := range row {
			row[i] = sheet.Cell(row[i])
		}
		if err := table.Write(row); err != nil {
			return err
		}
	}
	table.Flush()
	return table.Error()
}

// date returns the day of a time; empty for no time.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
