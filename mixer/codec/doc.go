// Package codec turns payloads into samples of 16 bit and back. It knows no
// packets, no ports and no clock, and allocates nothing.
package codec
