package bus_test

import (
	"testing"

	"go.uber.org/goleak"

	"sufler/routing/bus"
	"sufler/routing/bus/bustest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheLocalBusKeepsTheContract(t *testing.T) {
	bustest.Run(t, func(*testing.T) bus.Bus { return bus.NewLocal() })
}
