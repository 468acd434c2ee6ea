package people

import (
	"crypto/md5" // RFC 7616 section 3.4.2: phones still speak it
	"crypto/sha256"
	"encoding/hex"

	"sufler/routing"
)

// Realm is the digest realm of every phone's account. It never changes: stored
// secrets are bound to it.
const Realm = "sufler"

// NewPhone makes a phone's account. The secret itself is not kept, only what a
// digest is checked with: H(extension:realm:secret), RFC 7616 section 3.4.2.
func NewPhone(extension routing.Extension, name, secret string) routing.Phone {
	a1 := []byte(string(extension) + ":" + Realm + ":" + secret)
	short, long := md5.Sum(a1), sha256.Sum256(a1)
	return routing.Phone{
		Extension: extension, Name: name,
		HA1MD5: hex.EncodeToString(short[:]), HA1SHA256: hex.EncodeToString(long[:]),
	}
}
