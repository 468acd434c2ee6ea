// Package offline takes the message of a visitor who found nobody there. It is on
// disk before the visitor is thanked, in one step with its entry in the list of the
// missed and with the mail that tells the mailbox of the widget.
//
// It knows no widgets, no SQL and no HTTP: who asks says which queue and which
// mailbox it is for.
package offline
