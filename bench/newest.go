package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// newestGo is the newest Go release. Its encoding/json is faster than that of the
// release which go.mod requires, and so is the floor.
const newestGo = "go1.27.1"

// newest compares the reads with the floor again, with the newest Go.
func newest(ctx context.Context, r *report) error {
	cmd := exec.CommandContext(ctx, "go", "run", ".", "-reads")
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+newestGo, "GOWORK=off")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
	}
	var theirs []line
	if err := json.Unmarshal(out, &theirs); err != nil {
		return err
	}
	for _, l := range theirs {
		r.add(l)
	}
	return nil
}

// reads compares the reads with the floor, and writes the lines of the table to out as
// JSON.
func reads(ctx context.Context, out io.Writer) error {
	r := &report{progress: io.Discard}
	for _, w := range workloads() {
		if w.params != nil {
			continue
		}
		r.section(fmt.Sprintf("%s, against the floor, on %s", w.name, newestGo))
		clients, err := w.clients(ctx)
		if err != nil {
			return err
		}
		w.compare(clients, r)
	}
	return json.NewEncoder(out).Encode(r.lines)
}
