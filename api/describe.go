package api

import (
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

func init() {
	huma.DefaultArrayNullable = false // an empty list is [], in what is sent and in what is taken
}

// describeNulls says of each object that may be missing that it may be null: the
// description of huma knows that of simple values only.
func describeNulls(registry huma.Registry) {
	const refs = "#/components/schemas/"
	for name, schema := range registry.Map() {
		t := registry.TypeFromRef(refs + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(t) {
			property, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			described := schema.Properties[property]
			if f.Type.Kind() == reflect.Pointer && options == "" && described != nil && described.Ref != "" {
				schema.Properties[property] = &huma.Schema{OneOf: []*huma.Schema{described, {Type: "null"}}, Description: described.Description}
			}
		}
	}
}
