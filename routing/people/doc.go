// Package people knows who works here: operators, their groups and phones, how
// they prove who they are, what each may do (Can) and how each is doing right
// now (Presence).
//
// The Directory keeps people in memory and writes every change through to the
// store, so that nobody waits for SQL to learn who somebody is. The package
// offers nobody work (routing/queue does) and knows no HTTP and no SIP.
package people
