// Package configs is the shape of the configuration file: its Go types, its
// defaults, its loader and its validation. It is a leaf: it imports nothing of
// ours, and cmd/sufler translates it into each package's own Options.
package configs
