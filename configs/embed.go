package configs

import _ "embed"

// Reference is configs/sufler.yaml, the commented file with every key.
//
//go:embed sufler.yaml
var Reference []byte

// Demo is configs/demo.yaml, the world of "sufler demo".
//
//go:embed demo.yaml
var Demo []byte
