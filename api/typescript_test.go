package api

import (
	"net/http"
	"os"
	"testing"

	"sufler/internal/typescript"
)

//go:generate go test -run TestTheTypesOfThePagesAreFresh -update .

const typesFile = "../web/shared/api.gen.ts"

func TestTheTypesOfThePagesAreFresh(t *testing.T) {
	w := newWorld(t)
	description := w.ask("GET", "/api/openapi.json", "", "").wants(t, http.StatusOK, "")
	types, err := typescript.Write([]byte(description.text), "go generate ./api")
	must(t, err)
	if *update {
		must(t, os.WriteFile(typesFile, types, 0o644))
	}
	got, err := os.ReadFile(typesFile)
	must(t, err)
	if string(got) != string(types) {
		t.Error("web/shared/api.gen.ts is stale; go generate ./api")
	}
}
