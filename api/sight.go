package api

import (
	"slices"

	"sufler/routing"
	"sufler/routing/call"
	"sufler/routing/people"
	"sufler/routing/queue"
)

// What objects of other packages are to people.Can: whose they are and to which
// groups they belong. The decisions are people's.

func (s *Server) objectOfQueue(name routing.QueueName) people.Object {
	q, err := s.opt.Waiting.Queue(name)
	if name == "" || err != nil { // an unknown queue belongs to nobody
		return people.Object{}
	}
	return people.Object{Groups: q.Groups}
}

// objectOfPlace: a place belongs to the groups that serve it now, and to who has it
// or for whom alone it is.
func (s *Server) objectOfPlace(p queue.Place) people.Object {
	o := people.Object{Operator: p.For, Groups: p.Groups}
	if p.State == queue.Accepted {
		o.Operator = p.Operator
	}
	return o
}

// maySeePlace: what waits for one person is not for colleagues to read, and what is
// in the pre-queue for nobody.
func (s *Server) maySeePlace(o routing.Operator, p queue.Place) bool {
	if p.State == queue.PreQueued {
		return false
	}
	action := people.WaitingRead
	if p.For != "" {
		action = people.WaitingReadKept
	}
	return people.Can(o, action, s.objectOfPlace(p)) == nil
}

func (s *Server) objectOfPerson(id routing.OperatorID) people.Object {
	o, ok := s.opt.People.Operator(id)
	if !ok {
		return people.Object{}
	}
	return people.Object{Operator: id, Groups: o.Groups}
}

func (s *Server) objectOfCall(c call.Snapshot) people.Object {
	agent, _ := c.Party(routing.Agent)
	return s.objectOfTalk(agent.Operator, c.Queue)
}

func (s *Server) objectOfRow(row routing.CallRow) people.Object {
	return s.objectOfTalk(row.Operator, row.Queue)
}

// objectOfTalk: a call belongs to its operator, to the operator's groups and to
// those of its queue.
func (s *Server) objectOfTalk(agent routing.OperatorID, name routing.QueueName) people.Object {
	o := s.objectOfPerson(agent)
	o.Groups = slices.Concat(o.Groups, s.objectOfQueue(name).Groups)
	return o
}

// seesSupervision tells whether a reader may know of supervision at all. In a call
// of one's own nobody does.
func (s *Server) seesSupervision(o routing.Operator) bool {
	return slices.Contains(people.May(o), people.SupervisionListen)
}

func (s *Server) seesSupervisionIn(o routing.Operator, object people.Object) bool {
	return people.Can(o, people.SupervisionListen, object) == nil
}

func (s *Server) maySeeNumber(o routing.Operator, p queue.Place) bool {
	return p.State == queue.Accepted && p.Operator == o.ID || people.Can(o, people.WaitingNumber, s.objectOfPlace(p)) == nil
}

// maySeeNumberIn tells whether somebody may see the numbers of those who wait in a queue.
func (s *Server) maySeeNumberIn(o routing.Operator, name routing.QueueName) bool {
	return people.Can(o, people.WaitingNumber, s.objectOfQueue(name)) == nil
}
