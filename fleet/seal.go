package fleet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/frontegg-go/frontegg"
)

// keySize is that of AES-256.
const keySize = 32

// format is the first byte of what is stored. It changes with the format.
const format = 1

// longestSealed is more than the longest token that a client accepts, 16 KiB, needs.
const longestSealed = 64 << 10

// DeriveKey derives a key for [TokenOptions] from the credentials, for programs that
// have no other secret to share. Anyone who has the credentials can get tokens anyway.
// When the API key is changed, tokens of the old one are no longer used.
func DeriveKey(clientID, secret string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), []byte(clientID), "github.com/frontegg-go/frontegg/fleet", keySize)
	if err != nil {
		return nil, fmt.Errorf("fleet: derive key: %w", err)
	}
	return key, nil
}

// sealer seals entries by AES-256-GCM with a random nonce, for one client id.
type sealer struct {
	aead cipher.AEAD
	bind []byte // additional data: an entry for another client id does not open
}

func newSealer(key []byte, clientID string) (*sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, bind: append([]byte{format}, clientID...)}, nil
}

// entry is a token as it is stored.
type entry struct {
	Value  string    `json:"value"`
	Issued time.Time `json:"issued"`
	Expiry time.Time `json:"expiry"` // zero: never
}

func (s *sealer) seal(e entry) ([]byte, error) {
	plain, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	sealed := s.aead.Seal(nil, nil, plain, s.bind) //nolint:gosec // no nonce is given because the AEAD makes one
	return append([]byte{format}, sealed...), nil
}

// open decrypts an entry. It returns false if the entry was sealed with another key or
// for another client ID, or is damaged.
func (s *sealer) open(sealed []byte) (entry, bool) {
	if len(sealed) == 0 || len(sealed) > longestSealed || sealed[0] != format {
		return entry{}, false
	}
	plain, err := s.aead.Open(nil, nil, sealed[1:], s.bind)
	if err != nil {
		return entry{}, false
	}
	var e entry
	err = json.Unmarshal(plain, &e)
	return e, err == nil && e.Value != ""
}

// fresh reports whether the entry can be returned without a refresh: less than 80 % of
// its lifetime has passed.
func (e entry) fresh(now time.Time) bool {
	return e.Value != "" && (e.Expiry.IsZero() || now.Before(e.Issued.Add(e.Expiry.Sub(e.Issued)/5*4)))
}

// valid reports whether the entry has not expired.
func (e entry) valid(now time.Time) bool {
	return e.Value != "" && (e.Expiry.IsZero() || now.Before(e.Expiry))
}

func (e entry) token() frontegg.Token {
	return frontegg.Token{Value: frontegg.Secret(e.Value), Expiry: e.Expiry}
}
