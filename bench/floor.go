package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"github.com/frontegg-go/frontegg"
)

// The floor is a program with net/http and encoding/json only: no token, no retries,
// no rate limits and simple errors.

const (
	apiURL = "https://api.frontegg.com"
	bearer = "header.payload.signature"
	tenant = "a71c2f00-0000-4000-8000-000000000001"
)

// memory is a transport without a network. Every request has the same response.
type memory struct {
	body   []byte
	header http.Header
}

func newMemory(body []byte) *memory {
	return &memory{body, http.Header{
		"Content-Type":      {"application/json; charset=utf-8"},
		"Content-Length":    {strconv.Itoa(len(body))},
		"Date":              {"Sat, 14 Mar 2026 15:09:26 GMT"},
		"Frontegg-Trace-Id": {"0af7651916cd43dd8448eb211c80319c"},
	}}
}

func (m *memory) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
		_ = req.Body.Close()
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: m.header, Body: io.NopCloser(bytes.NewReader(m.body)), ContentLength: int64(len(m.body)), Request: req,
	}, nil
}

// floorCall sends one request and decodes the response into dst.
func floorCall(ctx context.Context, hc *http.Client, method, url string, params, dst any) error {
	var body io.Reader
	if params != nil {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+bearer)
	req.Header.Set("frontegg-tenant-id", tenant)
	resp, err := hc.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	return json.NewDecoder(resp.Body).Decode(dst)
}

// list is the API's list of groups in plain structs.
type list struct {
	Groups []frontegg.Group `json:"groups"`
}
