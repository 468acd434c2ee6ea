// Package mail writes letters to people outside and sees to it that they are sent:
// the transcript of a chat, what was left while nobody was there, what an operator
// wrote to a visitor who had gone.
//
// A letter is in the database before anybody is told that it will be mailed. The
// Service (service.go, delivery.go) claims what is due with a lease, gives it to a
// Sender, and tries again later what the mail server did not take (retry.go). The
// sentences are those of web/shared/texts and reach the Writer as a function.
//
// It knows no SMTP, no SQL and no HTTP, and nothing of chats: what may be in a
// letter is decided by who asks for it.
package mail
