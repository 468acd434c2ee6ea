package invitation

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"unicode"
)

// read tells a code, which people type with spaces or a dash, from a link's token. Both
// are empty for what is neither.
func read(typed string) (code, secret string) {
	if len(typed) > 100 {
		return "", ""
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '.' {
			return -1
		}
		return r
	}, typed)
	if len(plain) == digits && strings.Trim(plain, "0123456789") == "" {
		return plain, ""
	}
	if trimmed := strings.TrimSpace(typed); len(trimmed) == tokenLength {
		return "", trimmed
	}
	return "", ""
}

// Shown is a code as it is shown and said: in two groups of four.
func Shown(code string) string {
	if len(code) != digits {
		return code
	}
	return code[:digits/2] + "-" + code[digits/2:]
}

const (
	tokenBytes  = 16 // 128 bits
	tokenLength = 22 // of them in base64
)

func newToken() string {
	var bits [tokenBytes]byte
	_, _ = rand.Read(bits[:]) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(100_000_000))
	if err != nil {
		panic(err) // rand.Reader never fails (crypto/rand)
	}
	return fmt.Sprintf("%08d", n)
}
