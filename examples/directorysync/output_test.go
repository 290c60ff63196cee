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

// fullOutput is an output that has room for so many writes.
type fullOutput struct{ room int }

func (f *fullOutput) Write(b []byte) (int, error) {
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

func TestOutput_PlanCannotBeShown(t *testing.T) {
	s := tenant(t)
	for _, room := range []int{0, 1} { // neither the target nor the plan; the target only
		args := syncArgs(t, small, "-apply")
		exit, stderr := runTo(t, &fullOutput{room: room}, args...)
		assert.Equal(t, exitFailed, exit)
		assert.Contains(t, stderr, "writing to standard output: "+errFull.Error())
		assert.Contains(t, stderr, "directorysync: result=failed exit=1 steps=0/0")
		assert.Empty(t, s.Groups("acme"))
		assert.NoFileExists(t, args[3], "the lock is released")
	}
}

func TestOutput_TourCannotBeShown(t *testing.T) {
	t.Parallel()
	exit, stderr := runTo(t, &fullOutput{})
	assert.Equal(t, exitFailed, exit)
	assert.Contains(t, stderr, errFull.Error())
}

func TestOutput_SummaryCannotBeWritten(t *testing.T) {
	s := tenant(t)
	exit, stderr := runTo(t, &fullOutput{room: 2}, syncArgs(t, small)...)
	assert.Equal(t, exitFailed, exit, "nothing was written to the tenant")
	assert.Contains(t, stderr, "writing to standard output: "+errFull.Error())
	exit, stderr = runTo(t, &fullOutput{room: 2}, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitIncomplete, exit)
	assert.Contains(t, stderr, "directorysync: result=incomplete exit=4 steps=4/4 created=2")
	assert.Len(t, s.Groups("acme"), 2)
	exit, stderr = runTo(t, &fullOutput{room: 2}, syncArgs(t, small, "-apply")...)
	assert.Equal(t, exitFailed, exit)
	assert.Contains(t, stderr, "result=failed exit=1 steps=0/0")
}

// It runs the test binary as the program: a signal is for a whole process.
func TestOutput_ClosedPipe(t *testing.T) {
	if lock := os.Getenv("DIRECTORYSYNC_TEST_LOCK"); lock != "" {
		os.Args = []string{"directorysync", "-apply", "-state", lock + ".state", "-lock", lock}
		main()
	}
	lock := filepath.Join(t.TempDir(), "lock")
	r, w, err := os.Pipe()
	require.NoError(t, err)
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOutput_ClosedPipe$")
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

func TestOutput_LogLines(t *testing.T) {
	s := tenant(t)
	r := runWith(t, syncArgs(t, header+",Eng,u1\nk,,u1\n", "-apply")...)
	assert.Equal(t, exitBadInput, r.exit)
	assert.Equal(t, 2, strings.Count(r.stderr, "level=ERROR msg=bad-input"), r.stderr)
	assert.NotContains(t, r.stderr, `\n`)
	assert.Empty(t, s.Requests(), "the files are read first")
}

func TestOutput_Colors(t *testing.T) {
	t.Parallel()
	assert.NotContains(t, runWith(t).stdout, "\x1b")
	assert.Equal(t, "6 steps\n\x1b[32mcreate  a\x1b[0m\n\x1b[31mremove users  b\x1b[0m\n", colored("6 steps\ncreate  a\nremove users  b\n"))
}
