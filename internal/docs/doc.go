// Package docs tests the project's documentation: Go snippets in Markdown compile,
// relative links and doc links have targets, and all exported names of public
// packages are documented.
//
// A snippet is a fenced block whose info string begins with go:
//
//   - One that begins with a package clause is a whole file and must compile as
//     it is.
//   - One that is a list of declarations is a file without its package clause
//     and imports.
//   - Any other is the body of a function that returns an error. The variables of
//     parameters in compile_test.go, such as ctx, client, groupID and t, are
//     declared, and may be redeclared.
//
// In the last two, packages need not be imported if they are in the table of
// compile_test.go, and variables need not be used.
//
// A snippet that needs another module of the repository has the info string
// "go module=DIR". A Go file of that module must contain its lines.
package docs
