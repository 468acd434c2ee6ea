package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"time"

	"sufler/mixer"
	"sufler/mixer/codec"
	"sufler/mixer/tone"
)

// The voices are machine voices, made by voices/speak.mjs: G.711 mu-law at 8 kHz.
//
//go:embed voices/*.ul voices/*.json
var voiceFiles embed.FS

// voices is one talk of two people and the hints of a prompter, in one language.
type voices struct {
	client, agent []byte
	prompts       []prompt
}

type prompt struct {
	text    string
	payload []byte
}

// length is how long the prompt is spoken; a byte is a sample.
func (p prompt) length() time.Duration {
	return time.Duration(len(p.payload)) * time.Second / tone.Rate
}

func loadVoices(language string) (v voices, err error) {
	if v.client, err = voiceFiles.ReadFile("voices/" + language + "-client.ul"); err != nil {
		return v, fmt.Errorf("-voice %s: there are en, cs and ru", language)
	}
	if v.agent, err = voiceFiles.ReadFile("voices/" + language + "-agent.ul"); err != nil {
		return v, err
	}
	raw, err := voiceFiles.ReadFile("voices/" + language + ".json")
	if err != nil {
		return v, err
	}
	var script struct {
		Prompts []string `json:"prompts"`
	}
	if err := json.Unmarshal(raw, &script); err != nil {
		return v, err
	}
	for i, text := range script.Prompts {
		payload, err := voiceFiles.ReadFile(fmt.Sprintf("voices/%s-prompt-%d.ul", language, i+1))
		if err != nil {
			return v, err
		}
		v.prompts = append(v.prompts, prompt{text, payload})
	}
	return v, nil
}

// talk makes a sound of a voice that never ends.
func talk(payload []byte) func() mixer.Sound {
	return func() mixer.Sound { return tone.NewClip(codec.MuLaw, payload, true) }
}
