package demo

import (
	"fmt"
	"time"

	"sufler/mixer"
	"sufler/routing"
	"sufler/sip/phone"
)

// stageNumber is the client on the stage.
const stageNumber = "+420777000011"

// networkNumber is the n-th number of the built-in telephone network.
func networkNumber(n int) string { return fmt.Sprintf("+420777%06d", n) }

// newNetwork starts the built-in telephone network: one phone with the numbers
// that a newcomer can call. The stage's client is one of them.
func newNetwork(address string, v voices, stage *ear) (*phone.Phone, error) {
	network, err := phone.New(phone.Options{UDP: address, Name: "Sufler demo network"})
	if err != nil {
		return nil, err
	}
	const ring = 1500 * time.Millisecond
	speak := talk(v.client)
	for n, behaviour := range map[int]phone.Behaviour{
		1: {AnswerAfter: ring, Sound: speak},
		2: {AnswerAfter: ring, Echo: true},
		3: {Refuse: routing.BusyHere},
		4: {Never: true},
		5: {AnswerAfter: 5 * time.Second, Sound: speak},
		6: {AnswerAfter: ring, Sound: speak, HangupAfter: 10 * time.Second},
		7: {Refuse: routing.Declined},
	} {
		network.Serve(networkNumber(n), behaviour)
	}
	network.Serve(stageNumber, phone.Behaviour{Sound: speak, Called: stage.in})
	return network, nil
}

// robot is a built-in phone of one of the demo's people.
type robot struct {
	phone *phone.Phone
	ear   *ear
}

// newRobot registers a person's built-in phone. It rings less gladly than any
// real one: who registers an own phone for the same person gets the calls.
func newRobot(server, extension, password string, answerAfter time.Duration, sound func() mixer.Sound) (*robot, error) {
	p, err := phone.New(phone.Options{Name: "Sufler demo phone"})
	if err != nil {
		return nil, err
	}
	r := &robot{phone: p, ear: newEar()}
	p.Serve(extension, phone.Behaviour{AnswerAfter: answerAfter, Sound: sound, Called: r.ear.in})
	return r, p.Register(phone.Account{Server: server, User: extension, Password: password, Q: 0.1})
}
