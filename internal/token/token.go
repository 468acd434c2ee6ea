// Package token makes the secrets by which somebody shows that a thing is theirs,
// and knows how they are kept.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
)

// New returns 256 random bits as text that may stand in a URL.
func New() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// Hash is a token as it is stored: SHA-256, hex. 256 random bits need no slower hash.
func Hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Fits reports whether a token is the one of a hash, in a time that tells nothing
// of the hash. Nothing fits an empty hash.
func Fits(hash, token string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(Hash(token))) == 1
}
