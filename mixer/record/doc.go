// Package record keeps the sound of a call and makes files of it. A file is an
// ear: it is composed from capture tracks and the log of applied plans, so it
// holds what one listener was let hear and nothing else.
package record
