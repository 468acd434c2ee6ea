package rtc

// Reads reports whether an offer is understood, and what is written anew from it.
func Reads(text string) (again string, err error) {
	o, err := readOffer(text)
	return o.String(), err
}
