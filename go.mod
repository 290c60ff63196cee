module github.com/frontegg-go/frontegg

go 1.26

require github.com/go-json-experiment/json v1.27.2

require (
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/hashicorp/go-retryablehttp v0.7.8 // indirect
)
