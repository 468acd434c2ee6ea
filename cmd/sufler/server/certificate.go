package server

import (
	"crypto/tls"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"sufler/internal/clock"
)

// lookAgain is how often, at most, the files of a certificate are looked at.
const lookAgain = 2 * time.Second

// keyPair is the certificate of http.listen. It is read again when its files have
// changed; a pair that cannot be used leaves the one before in force.
type keyPair struct {
	certFile, keyFile string
	clock             clock.Clock
	log               *slog.Logger

	mu     sync.Mutex
	pair   *tls.Certificate
	read   [2]fs.FileInfo // of the files as they were last read
	looked time.Time
}

func newKeyPair(certFile, keyFile string, c clock.Clock, log *slog.Logger) (*keyPair, error) {
	k := &keyPair{certFile: certFile, keyFile: keyFile, clock: c, log: log, looked: c.Now()}
	files, err := k.stat()
	if err != nil {
		return nil, err
	}
	if err := k.loadLocked(files); err != nil {
		return nil, err
	}
	return k, nil
}

// config speaks HTTP/1.1 alone: WebSockets need it, and pages are few files.
func (k *keyPair) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, GetCertificate: k.get}
}

// get is called in every handshake.
func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.clock.Now(); now.Sub(k.looked) >= lookAgain {
		k.looked = now
		k.renewLocked()
	}
	return k.pair, nil
}

// renewLocked reads the files again when they have changed. Trouble is told once
// for each change, as the two are seldom replaced in the same moment; a file that
// is missing is told each time that it is looked for.
func (k *keyPair) renewLocked() {
	files, err := k.stat()
	if err == nil && same(files[0], k.read[0]) && same(files[1], k.read[1]) {
		return
	}
	if err == nil {
		err = k.loadLocked(files)
	}
	if err != nil {
		k.log.Error("the certificate's files cannot be used, the one before stays", slog.Any("err", err))
		return
	}
	k.log.Info("the certificate was read again", slog.Time("expires", k.pair.Leaf.NotAfter))
}

func (k *keyPair) stat() (files [2]fs.FileInfo, err error) {
	for i, file := range []string{k.certFile, k.keyFile} {
		if files[i], err = os.Stat(file); err != nil {
			return files, fmt.Errorf("certificate: %w", err)
		}
	}
	return files, nil
}

func (k *keyPair) loadLocked(files [2]fs.FileInfo) error {
	k.read = files
	pair, err := tls.LoadX509KeyPair(k.certFile, k.keyFile)
	if err != nil {
		return fmt.Errorf("certificate %s: %w", k.certFile, err)
	}
	k.pair = &pair
	return nil
}

func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.ModTime().Equal(b.ModTime()) && a.Size() == b.Size()
}
