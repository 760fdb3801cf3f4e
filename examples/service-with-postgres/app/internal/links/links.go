// Package links holds short links: a slug such as "docs" that stands for a URL.
package links

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Link is a short link as it is stored.
type Link struct {
	ID          int64
	Slug        string
	URL         string
	CreatedAt   time.Time
	Visits      int64
	LastVisitAt *time.Time // nil before the first visit
}

var (
	ErrNotFound    = errors.New("there is no such link")
	ErrSlugTaken   = errors.New("this slug is already taken")
	ErrUnavailable = errors.New("the database does not answer")
)

const (
	maxURLLength  = 2048
	maxSlugLength = 64
)

var (
	slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// reservedSlugs are the first path segments that the service itself answers.
	reservedSlugs = []string{"links", "livez", "readyz"}
)

// CheckSlug returns an error that tells what a slug has to look like.
func CheckSlug(slug string) error {
	switch {
	case len(slug) > maxSlugLength:
		return fmt.Errorf("slug: at most %d characters", maxSlugLength)
	case !slugPattern.MatchString(slug):
		return errors.New("slug: use lower-case letters, digits and single hyphens between them")
	case slices.Contains(reservedSlugs, slug):
		return fmt.Errorf("slug: %q is reserved", slug)
	}
	return nil
}

// CheckURL returns an error unless target is an absolute HTTP or HTTPS URL.
func CheckURL(target string) error {
	if target == "" {
		return errors.New("url: must be given")
	}
	if len(target) > maxURLLength {
		return fmt.Errorf("url: at most %d bytes", maxURLLength)
	}
	parsed, err := url.Parse(target)
	if err != nil {
		return errors.New("url: is not a valid URL")
	}
	if (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Hostname() == "" {
		return errors.New("url: must start with http:// or https:// and name a host")
	}
	// https://bank.example@evil.example looks like the one and leads to the other.
	if parsed.User != nil {
		return errors.New("url: must not hold a user name or password")
	}
	return nil
}

// RandomSlug returns eight random characters, which is 40 bits.
func RandomSlug() string {
	return strings.ToLower(rand.Text()[:8])
}
