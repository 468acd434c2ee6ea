// Package day tells operators what their day was: what they took and missed, and how
// long they talked, finished and paused.
//
// The figures are derived from what is kept: from the sessions' parts and, of what no
// session knows, from the spans that the Service writes down as it is told of pauses
// and of offers that were not answered. Whoever tells it does not wait: spans are
// written one after the other, and again while the database is away.
//
// It knows no SQL and no HTTP, and not who may see whose day.
package day
