// Package dialplan says where a dialled string goes: to a phone of ours, through
// a trunk, or nowhere. Plan is pure; Numbers is the one place where what people
// type becomes E.164; Receiver opens a call for whoever rings us.
//
// It knows no SIP and stores nothing.
package dialplan
