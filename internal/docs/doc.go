// Package docs holds the tests of the project's documentation: every Go snippet
// in Markdown compiles, every relative link leads somewhere, every exported name
// of a public package is documented, and every link in a doc comment is to a name
// that is there. It has no code of its own.
//
// A snippet is a fenced block whose info string begins with go:
//
//   - One that begins with a package clause is a whole file and must compile as
//     it is.
//   - One that is a list of declarations is a file without its package clause
//     and imports.
//   - Any other is the body of a function that returns an error. It finds the
//     names of the variable parameters of compile_test.go declared, such as ctx,
//     client, groupID and t, and may declare them anew.
//
// In the last two, packages need not be imported if they are in the table of
// compile_test.go, and variables need not be used.
//
// A snippet that needs another module of the repository has the info string
// "go module=DIR", and must stand, line by line, in a Go file of that module,
// which compiles it.
package docs
