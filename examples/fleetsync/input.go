package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/frontegg-go/frontegg/groupsync"
)

// input is the wanted groups of the tenants.
type input struct {
	tenants []string                                       // sorted
	read    func(tenant string) ([]groupsync.Named, error) // errors are *inputError
}

// inputError is something wrong with a file. A retry does not help.
type inputError struct {
	file, problem string
}

func (e *inputError) Error() string { return e.file + ": " + e.problem }

// openInput opens a directory with a file for each tenant, which are read when
// the tenant's turn comes, or one file with a column tenant, which is read here.
func openInput(path string) (*input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &inputError{"-input", err.Error()}
	}
	open := openFileOfAll
	if info.IsDir() {
		open = openDirectory
	}
	in, err := open(path)
	if err == nil && len(in.tenants) == 0 { // such as a disk that is not mounted
		return nil, &inputError{path, "there is no tenant in it"}
	}
	return in, err
}

func openFileOfAll(path string) (*input, error) {
	all, err := readFile(path, true)
	if err != nil {
		return nil, err
	}
	in := &input{read: func(tenant string) ([]groupsync.Named, error) { return all[tenant], nil }}
	for tenant := range all {
		in.tenants = append(in.tenants, tenant)
	}
	slices.Sort(in.tenants)
	return in, nil
}

func openDirectory(path string) (*input, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, &inputError{"-input", err.Error()}
	}
	in := &input{read: func(tenant string) ([]groupsync.Named, error) {
		groups, err := readFile(filepath.Join(path, fileName(tenant, ".csv")), false)
		return groups[""], err
	}}
	for _, e := range entries {
		escaped, isCSV := strings.CutSuffix(e.Name(), ".csv")
		if !isCSV && strings.HasPrefix(e.Name(), ".") {
			continue // hidden, such as ..data in a volume of Kubernetes
		}
		tenant, err := url.PathUnescape(escaped)
		if e.IsDir() || !isCSV || err != nil || fileName(tenant, ".csv") != e.Name() {
			return nil, &inputError{filepath.Join(path, e.Name()), "is not named like a tenant's file, <tenant ID>.csv"}
		}
		in.tenants = append(in.tenants, tenant)
	}
	slices.Sort(in.tenants)
	return in, nil
}

// fileName is the name of a file about a tenant: its ID, with % escapes where a
// character has a meaning in paths.
func fileName(tenant, extension string) string { return url.PathEscape(tenant) + extension }

// readFile reads the groups of a CSV file, by tenant; without a column tenant
// that is "".
func readFile(path string, tenantColumn bool) (map[string][]groupsync.Named, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &inputError{path, err.Error()}
	}
	defer f.Close()
	groups, err := parse(f, tenantColumn)
	if err != nil {
		return nil, &inputError{path, err.Error()}
	}
	return groups, nil
}

// isSameName reports whether a cell of a row is a column name again, as in files that
// were put together.
func isSameName(cell, name string) bool {
	return strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff")) == strings.TrimSpace(name)
}

// parse reads rows, one for each member of a group, in any order.
func parse(r io.Reader, tenantColumn bool) (map[string][]groupsync.Named, error) {
	rows := csv.NewReader(r)
	names, err := rows.Read()
	if err != nil {
		return nil, errors.Join(errors.New("no line of column names"), err)
	}
	names[0] = strings.TrimPrefix(names[0], "\ufeff")
	table, err := newTable(names, tenantColumn)
	if err != nil {
		return nil, err
	}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return table.groups, nil
		}
		if err != nil {
			return nil, err // has the line
		}
		line, _ := rows.FieldPos(0)
		if slices.EqualFunc(cells, names, isSameName) {
			return nil, fmt.Errorf("line %d: repeats the column names: are these two files in one?", line)
		}
		if err := table.add(cells); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}
