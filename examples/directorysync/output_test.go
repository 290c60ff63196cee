package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errFull = errors.New("no space left on device")

// full is an output that has room for so many writes.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room == 0 {
		return 0, errFull
	}
	f.room--
	return len(b), nil
}

func runTo(t *testing.T, stdout io.Writer, args ...string) (exit int, stderr string) {
	t.Helper()
	var log bytes.Buffer
	exit = run(t.Context(), args, stdout, &log)
	return exit, log.String()
}

func TestAPlanThatCannotBeShownIsNotCarriedOut(t *testing.T) {
	s := account(t)
	args := syncArgs(t, small, "-apply")
	exit, stderr := runTo(t, &full{}, args...)
	assert.Equal(t, exitFailed, exit)
	assert.Contains(t, stderr, "writing the plan: "+errFull.Error())
	assert.Contains(t, stderr, "directorysync: result=failed exit=1 steps=0/0")
	assert.Empty(t, s.Groups("acme"))
	assert.NoFileExists(t, args[3], "the lock is given back")
}

func TestASummaryThatCannotBeWrittenIsAnErrorAndInTheLog(t *testing.T) {
	s := account(t)
	exit, stderr := runTo(t, &full{room: 1}, syncArgs(t, small)...)
	assert.Equal(t, exitFailed, exit, "nothing was written to the account")
	assert.Contains(t, stderr, "writing the summary: "+errFull.Error())
	exit, stderr = runTo(t, &full{room: 1}, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitPartly, exit)
	assert.Contains(t, stderr, "directorysync: result=partly-done exit=4 steps=4/4 created=2")
	assert.Len(t, s.Groups("acme"), 2)
	exit, stderr = runTo(t, &full{room: 1}, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitFailed, exit)
	assert.Contains(t, stderr, "result=failed exit=1 steps=0/0")
}

// It runs the test binary as the program: a signal is for a whole process.
func TestTheEndOfAPipeDoesNotEndIt(t *testing.T) {
	if lock := os.Getenv("DIRECTORYSYNC_TEST_LOCK"); lock != "" {
		os.Args = []string{"directorysync", "-apply", "-state", lock + ".state", "-lock", lock}
		main()
	}
	lock := filepath.Join(t.TempDir(), "lock")
	r, w, err := os.Pipe()
	require.NoError(t, err)
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTheEndOfAPipeDoesNotEndIt$")
	program.Env = append(os.Environ(), "DIRECTORYSYNC_TEST_LOCK="+lock)
	var stderr bytes.Buffer
	program.Stdout, program.Stderr = w, &stderr
	require.NoError(t, r.Close())
	require.NoError(t, program.Start())
	require.NoError(t, w.Close())
	exit, ok := errors.AsType[*exec.ExitError](program.Wait())
	require.True(t, ok)
	assert.Equal(t, exitFailed, exit.ExitCode(), stderr.String())
	assert.Contains(t, stderr.String(), "result=failed exit=1")
	assert.NoFileExists(t, lock)
}

func TestEachProblemHasALineOfTheLog(t *testing.T) {
	s := account(t)
	r := runWith(t, syncArgs(t, header+",Eng,u1\nk,,u1\n", "-apply")...)
	assert.Equal(t, exitFailed, r.exit)
	assert.Equal(t, 2, strings.Count(r.stderr, "level=ERROR msg=failed"), r.stderr)
	assert.NotContains(t, r.stderr, `\n`)
	assert.Empty(t, s.Requests(), "the files are read first")
}

func TestWhatIsWrongWithTheRowsIsToldBeforeAnythingIsSent(t *testing.T) {
	s := account(t)
	for teams, want := range map[string]string{
		header + "k,Eng,u1\nl,Ops,u 2\n": `teams.csv: row 3: key \"l\": member \"u 2\"`,
		header + "k,E\xe9g,u1\n":         `teams.csv: row 2: key \"k\": name is not UTF-8`,
		header + "k,Eng,a@b.c\n":         `teams.csv: row 2: member \"a@b.c\"`,
	} {
		r := runWith(t, syncArgs(t, teams, "-apply")...)
		assert.Equal(t, exitFailed, r.exit)
		assert.Contains(t, r.stderr, want)
	}
	r := runWith(t, syncArgs(t, header, "-apply")...)
	assert.Equal(t, exitRefused, r.exit)
	assert.Empty(t, s.Requests())
}

func TestAJobThatLostItsEnvironmentFails(t *testing.T) {
	t.Parallel()
	teams := write(t, "teams.csv", small)
	r := runWith(t, "-file", teams, "-apply")
	assert.Equal(t, exitUsage, r.exit)
	assert.Contains(t, r.stderr, "no FRONTEGG_ variables are set")
	assert.Contains(t, r.stderr, "-state")
	assert.Empty(t, r.stdout)
}

func TestTheDemoSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	assert.True(t, strings.HasSuffix(runWith(t, "-state", state).summary(), " demo=true"))
	assert.Equal(t, 3, strings.Count(runWith(t).stdout, " demo=true\n"), "each of the three runs")
}

func TestNoChangeIsAShareToo(t *testing.T) {
	s := account(t)
	full := header + "k,Eng,u1\nk,Eng,u2\nk,Eng,u3\nk,Eng,u4\nk,Eng,u5\n"
	args := func(teams string) []string {
		return syncArgs(t, teams, "-apply", "-max-change", "0", "-change-floor", "1")
	}
	require.Equal(t, exitDone, runWith(t, args(full)...).exit)
	r := runWith(t, args(header+"k,Eng,u1\nk,Eng,u2\nk,Eng,u3\n")...)
	assert.Equal(t, exitRefused, r.exit)
	assert.Contains(t, r.stderr, "would lose 2 of 5; 1 are always allowed, else a share of 0;")
	assert.Len(t, s.Groups("acme")[0].Users, 5)
	r = runWith(t, args(header+"k,Eng,u1\nk,Eng,u2\nk,Eng,u3\nk,Eng,u4\n")...)
	assert.Equal(t, exitDone, r.exit, r.stderr)
}
