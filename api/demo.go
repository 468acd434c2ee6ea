package api

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"sufler/mixer/tone"
	"sufler/routing"
)

type (
	demoLoginIn struct {
		Body struct {
			As string `json:"as" maxLength:"80" example:"anna"`
		}
	}
	demoLoginOut struct {
		Body struct {
			Token string   `json:"token" doc:"A login that belongs to one tab."`
			Me    Operator `json:"me"`
		}
	}
	stageOut struct{ Body StageInfo }
	modeIn   struct {
		Body struct {
			Mode string `json:"mode" enum:"listen,whisper,barge"`
		}
	}
	promptOut struct{ Body PromptSaid }
	voiceIn   struct {
		Name string `path:"name" enum:"client.wav,agent.wav"`
	}

	// StageInfo is the stage of the demo.
	StageInfo struct {
		Call     *Call     `json:"call" doc:"Null while it is set up."`
		Ears     []EarInfo `json:"ears"`
		Language string    `json:"language"`
		Voice    string    `json:"voice"`
	}

	// EarInfo is a built-in phone that can be listened at.
	EarInfo struct {
		Role  string            `json:"role" enum:"client,agent,supervisor"`
		Name  string            `json:"name"`
		Phone routing.Extension `json:"phone"`
	}

	// PromptSaid is what the stage's supervisor says.
	PromptSaid struct {
		Text     string `json:"text"`
		LengthMS int64  `json:"length_ms"`
	}
)

func (s *Server) demoRoutes() {
	route(s, guest, "demo-login", http.MethodPost, "/demo/login", "Be somebody of the demo in this tab", http.StatusOK, s.demoLogin)
	route(s, guest, "get-stage", http.MethodGet, "/demo/stage", "The call of the stage", http.StatusOK, s.getStage)
	route(s, guest, "put-stage-mode", http.MethodPut, "/demo/stage/mode", "Change the mode of the stage's supervisor", http.StatusOK, s.putStageMode)
	route(s, guest, "say-prompt", http.MethodPost, "/demo/stage/prompt", "Play the next prompt at the supervisor's phone", http.StatusOK, s.sayPrompt)
	route(s, guest, "get-voice", http.MethodGet, "/demo/voice/{name}", "A recorded voice for who has no microphone", http.StatusOK, s.getVoice)
}

func (s *Server) demoLogin(ctx context.Context, in *demoLoginIn) (*demoLoginOut, error) {
	if !isHere(requestOf(ctx)) {
		return nil, elsewhere()
	}
	o, ok := s.opt.People.ByLogin(in.Body.As)
	if !ok {
		return nil, routing.Refuse(routing.NotFound, "person_unknown", "login", in.Body.As)
	}
	l, err := s.opt.People.Admit(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	out := &demoLoginOut{}
	out.Body.Token, out.Body.Me = l.Token, operatorObject(l.Operator)
	return out, nil
}

func (s *Server) getStage(context.Context, *struct{}) (*stageOut, error) {
	stage := s.opt.Demo.Stage()
	out := &stageOut{Body: StageInfo{Ears: []EarInfo{}, Language: stage.Language, Voice: stage.Voice}}
	for _, e := range stage.Ears {
		out.Body.Ears = append(out.Body.Ears, EarInfo{Role: e.Role.String(), Name: e.Name, Phone: e.Phone})
	}
	out.Body.Call = s.stageCall(stage)
	return out, nil
}

// stageCall is shown whole: the stage is the prompter's side of the house.
func (s *Server) stageCall(stage Stage) *Call {
	if stage.Call == "" {
		return nil
	}
	c, err := s.opt.Calls.Find(stage.Call)
	if err != nil {
		return nil
	}
	shown := callObject(c.Snapshot(), true)
	return &shown
}

func (s *Server) putStageMode(ctx context.Context, in *modeIn) (*stageOut, error) {
	mode, err := parseMode(in.Body.Mode)
	if err != nil {
		return nil, err
	}
	if err := s.opt.Demo.SetMode(ctx, mode); err != nil {
		return nil, err
	}
	return s.getStage(ctx, nil)
}

func (s *Server) sayPrompt(ctx context.Context, _ *struct{}) (*promptOut, error) {
	p, err := s.opt.Demo.Prompt(ctx)
	if err != nil {
		return nil, err
	}
	return &promptOut{Body: promptObject(p)}, nil
}

func promptObject(p Prompt) PromptSaid {
	return PromptSaid{Text: p.Text, LengthMS: p.Length.Milliseconds()}
}

// getVoice answers with a WAVE file, the one form that every browser decodes.
func (s *Server) getVoice(_ context.Context, in *voiceIn) (*huma.StreamResponse, error) {
	voice := s.opt.Demo.Voice(roleOf(strings.TrimSuffix(in.Name, ".wav")))
	var file bytes.Buffer
	if err := tone.WriteWAV(&file, 1, voice); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) {
		r, w := humachi.Unwrap(hctx)
		w.Header().Set("Content-Type", "audio/wav")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.Bytes()))
	}}, nil
}
