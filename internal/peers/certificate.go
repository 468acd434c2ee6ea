package peers

import (
	"os"
	"slices"
	"time"

	"sufler/internal/certificate"
)

// writeCertificate writes a certificate of 127.0.0.1 and its key into one file.
func writeCertificate(path string) error {
	now := time.Now()
	cert, key, err := certificate.SelfSigned([]string{"127.0.0.1"}, now.Add(-time.Hour), now.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	return os.WriteFile(path, slices.Concat(cert, key), 0o600)
}
