package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/digitalocean/godo"
	"github.com/google/go-github/v90/github"
	"github.com/hetznercloud/hcloud-go/v2/hcloud"
)

// peer is a client of another API. It fetches the same bytes through its own request
// and response code into the structs of the floor.
type peer struct {
	name string
	call func(ctx context.Context, hc *http.Client) (func(method, path string, params, dst any) error, error)
}

var peers = []peer{
	{"godo", func(ctx context.Context, hc *http.Client) (func(method, path string, params, dst any) error, error) {
		client, err := godo.New(hc, godo.SetBaseURL(apiURL), godo.SetRequestHeaders(map[string]string{"Authorization": "Bearer " + bearer}))
		if err != nil {
			return nil, err
		}
		return func(method, path string, params, dst any) error {
			req, err := client.NewRequest(ctx, method, path, params)
			if err != nil {
				return err
			}
			_, err = client.Do(ctx, req, dst)
			return err
		}, nil
	}},
	{"go-github", func(ctx context.Context, hc *http.Client) (func(method, path string, params, dst any) error, error) {
		client, err := github.NewClient(github.WithHTTPClient(hc), github.WithAuthToken(bearer), github.WithURLs(new(apiURL+"/"), nil))
		if err != nil {
			return nil, err
		}
		return func(method, path string, params, dst any) error {
			req, err := client.NewRequest(ctx, method, path[1:], params)
			if err != nil {
				return err
			}
			_, err = client.Do(req, dst)
			return err
		}, nil
	}},
	{"hcloud-go", func(ctx context.Context, hc *http.Client) (func(method, path string, params, dst any) error, error) {
		client := hcloud.NewClient(hcloud.WithHTTPClient(hc), hcloud.WithToken(bearer), hcloud.WithEndpoint(apiURL))
		return func(method, path string, params, dst any) error {
			if params == nil {
				req, err := client.NewRequest(ctx, method, path, nil)
				if err != nil {
					return err
				}
				_, err = client.Do(req, dst)
				return err
			}
			body, err := json.Marshal(params)
			if err != nil {
				return err
			}
			req, err := client.NewRequest(ctx, method, path, bytes.NewReader(body))
			if err != nil {
				return err
			}
			_, err = client.Do(req, dst)
			return err
		}, nil
	}},
}
