package rtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLog gives pion's words to the program's log. What pion warns of is mostly
// what strangers send, so it is for those who look for it.
type pionLog struct{ log *slog.Logger }

var (
	_ logging.LoggerFactory = pionLog{}
	_ logging.LeveledLogger = pionLog{}
)

func (p pionLog) NewLogger(string) logging.LeveledLogger { return p }

func (p pionLog) say(text string) { p.log.Debug("pion", slog.String("err", text)) }

func (pionLog) Trace(string)                       {}
func (pionLog) Tracef(string, ...any)              {}
func (pionLog) Debug(string)                       {}
func (pionLog) Debugf(string, ...any)              {}
func (pionLog) Info(string)                        {}
func (pionLog) Infof(string, ...any)               {}
func (p pionLog) Warn(text string)                 { p.say(text) }
func (p pionLog) Warnf(format string, args ...any) { p.sayf(format, args...) }
func (p pionLog) Error(text string)                { p.say(text) }
func (p pionLog) Errorf(format string, args ...any) {
	p.sayf(format, args...)
}

func (p pionLog) sayf(format string, args ...any) {
	if p.log.Enabled(context.Background(), slog.LevelDebug) {
		p.say(fmt.Sprintf(format, args...))
	}
}
