// The Kubernetes provider of Pulumi, served from its published Go module.
//
// The schema and the Terraform mapping are part of the provider's module but not of a package that could be imported.
// The toolchain copies them beside this file before it builds; they are never committed.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

// version is set by the linker.
var version string

func main() {
	provider.Serve("kubernetes", version, schema, terraformMapping)
}
