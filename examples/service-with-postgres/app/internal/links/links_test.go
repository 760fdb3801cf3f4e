package links

import (
	"strings"
	"testing"
)

func TestCheckSlug(t *testing.T) {
	for _, slug := range []string{"a", "docs", "7", "go-1-26", strings.Repeat("x", 64)} {
		if err := CheckSlug(slug); err != nil {
			t.Errorf("%q: %v", slug, err)
		}
	}
	for slug, want := range map[string]string{
		"":                      "slug: use lower-case letters, digits and single hyphens between them",
		"Docs":                  "slug: use lower-case letters, digits and single hyphens between them",
		"a b":                   "slug: use lower-case letters, digits and single hyphens between them",
		"a/b":                   "slug: use lower-case letters, digits and single hyphens between them",
		"-a":                    "slug: use lower-case letters, digits and single hyphens between them",
		"a--b":                  "slug: use lower-case letters, digits and single hyphens between them",
		"a\n":                   "slug: use lower-case letters, digits and single hyphens between them",
		"ü":                     "slug: use lower-case letters, digits and single hyphens between them",
		"favicon.ico":           "slug: use lower-case letters, digits and single hyphens between them",
		strings.Repeat("x", 65): "slug: at most 64 characters",
		"livez":                 `slug: "livez" is reserved`,
		"readyz":                `slug: "readyz" is reserved`,
		"links":                 `slug: "links" is reserved`,
	} {
		if err := CheckSlug(slug); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", slug, err, want)
		}
	}
}

func TestCheckURL(t *testing.T) {
	longest := "https://go.dev/" + strings.Repeat("x", 2048-len("https://go.dev/"))
	for _, target := range []string{"https://go.dev", "HTTP://go.dev:8080/a?b=c#d", "http://[::1]/", "https://exämple.org/ü", longest} {
		if err := CheckURL(target); err != nil {
			t.Errorf("%q: %v", target, err)
		}
	}
	const form = "url: must start with http:// or https:// and name a host"
	for target, want := range map[string]string{
		"":                    "url: must be given",
		"go.dev":              form,
		"//go.dev":            form,
		"javascript:alert(1)": form,
		"ftp://go.dev":        form,
		"https://":            form,
		"https://:443/":       form,
		"https:go.dev":        form,
		"https://go.dev/\x00": "url: is not a valid URL",
		"https://go.dev/\n":   "url: is not a valid URL",
		"https://go.dev/%zz":  "url: is not a valid URL",
		"https://a@go.dev/":   "url: must not hold a user name or password",
		"https://a:b@go.dev/": "url: must not hold a user name or password",
		longest + "x":         "url: at most 2048 bytes",
	} {
		if err := CheckURL(target); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", target, err, want)
		}
	}
}

func TestRandomSlug(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		slug := RandomSlug()
		if err := CheckSlug(slug); err != nil || len(slug) != 8 {
			t.Fatalf("%q is not a slug of 8 characters: %v", slug, err)
		}
		if seen[slug] {
			t.Fatalf("%q came twice", slug)
		}
		seen[slug] = true
	}
}
