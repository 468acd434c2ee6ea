package server

import (
	"fmt"
	"net"
	"strconv"

	"sufler/configs"
	"sufler/routing"
	"sufler/routing/people"
	"sufler/sip"
)

// setupOf translates the people and phones of the configuration.
func setupOf(c *configs.Config) (people.Setup, error) {
	var setup people.Setup
	for _, g := range c.People.Groups {
		setup.Groups = append(setup.Groups, routing.GroupName(g))
	}
	for _, o := range c.People.Operators {
		password, err := c.ReadSecret(o.Password, o.PasswordFile)
		if err != nil {
			return setup, fmt.Errorf("operator %s: %w", o.Login, err)
		}
		setup.People = append(setup.People, people.Person{
			Login: o.Login, Name: o.Name, PublicName: o.PublicName, Rank: RankOf(o.Rank), Groups: groupsOf(o.Groups),
			Phone: routing.Extension(o.Phone), AnswerOn: AnswerOnOf(o.AnswerOn), DeskOnly: o.Available != configs.AvailablePhone, Robot: o.Robot,
			ChatLimit: o.ChatLimit, Preview: o.Preview,
			Language: string(o.Language), Password: password,
		})
	}
	for _, p := range c.Phones {
		secret, err := c.ReadSecret(p.Password, p.PasswordFile)
		if err != nil {
			return setup, fmt.Errorf("phone %s: %w", p.Extension, err)
		}
		setup.Phones = append(setup.Phones, people.Account{Extension: routing.Extension(p.Extension), Name: p.Name, Secret: secret})
	}
	return setup, nil
}

// RankOf returns zero, which may do nothing, for a word that is none.
func RankOf(r configs.Rank) routing.Rank {
	switch r {
	case configs.RankOwner:
		return routing.RankOwner
	case configs.RankSupervisor:
		return routing.RankSupervisor
	case configs.RankOperator:
		return routing.RankOperator
	}
	return 0
}

// AnswerOnOf returns zero for what the file does not say: routing/people decides.
func AnswerOnOf(a configs.AnswerOn) routing.AnswerOn {
	on, _ := routing.ParseAnswerOn(string(a))
	return on
}

func groupsOf(names []string) []routing.GroupName {
	groups := make([]routing.GroupName, len(names))
	for i, n := range names {
		groups[i] = routing.GroupName(n)
	}
	return groups
}

func trunksOf(c *configs.Config) ([]sip.TrunkOptions, error) {
	trunks := make([]sip.TrunkOptions, len(c.Trunks))
	for i, t := range c.Trunks {
		password, err := c.ReadSecret(t.Password, t.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("trunk %s: %w", t.Name, err)
		}
		host, port, err := net.SplitHostPort(string(t.Address))
		if err != nil {
			return nil, fmt.Errorf("trunk %s: %w", t.Name, err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			return nil, fmt.Errorf("trunk %s: %w", t.Name, err)
		}
		trunks[i] = sip.TrunkOptions{
			Name: routing.TrunkName(t.Name), Host: host, Port: number, Transport: string(t.Transport),
			User: t.User, Password: password, From: string(t.Number),
		}
	}
	return trunks, nil
}
