package httpapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"example.com/links/internal/links"
)

const (
	defaultPageSize = 20
	maxPageSize     = 100
	// slugAttempts bounds the search for a random slug that is free.
	slugAttempts = 5
)

func (a *API) create(w http.ResponseWriter, r *http.Request) {
	var input struct {
		URL  string `json:"url"`
		Slug string `json:"slug"`
	}
	if err := readJSON(w, r, &input); err != nil {
		a.fail(w, r, err)
		return
	}
	if err := links.CheckURL(input.URL); err != nil {
		a.fail(w, r, badRequest(err))
		return
	}
	zone, err := zoneOf(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	link, err := a.createLink(r.Context(), input.Slug, input.URL)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Location", "/links/"+link.Slug)
	a.writeJSON(w, http.StatusCreated, render(link, zone))
}

func (a *API) createLink(ctx context.Context, slug, target string) (links.Link, error) {
	if slug != "" {
		if err := links.CheckSlug(slug); err != nil {
			return links.Link{}, badRequest(err)
		}
		return a.store.Create(ctx, slug, target)
	}
	for attempt := 1; ; attempt++ {
		link, err := a.store.Create(ctx, links.RandomSlug(), target)
		if !errors.Is(err, links.ErrSlugTaken) || attempt == slugAttempts {
			return link, err
		}
	}
}

func (a *API) list(w http.ResponseWriter, r *http.Request) {
	zone, err := zoneOf(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	limit, err := queryInteger(r, "limit", defaultPageSize, 1, maxPageSize)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	before, err := queryInteger(r, "before", 0, 1, 1<<62)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	// One more than asked for tells whether there is a next page.
	found, err := a.store.List(r.Context(), before, int(limit)+1)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	page := pageBody{Links: []linkBody{}}
	for i, link := range found {
		if i == int(limit) {
			next := r.URL.Query()
			next.Set("before", strconv.FormatInt(found[i-1].ID, 10))
			page.Next = (&url.URL{Path: "/links", RawQuery: next.Encode()}).String()
			break
		}
		page.Links = append(page.Links, render(link, zone))
	}
	a.writeJSON(w, http.StatusOK, page)
}

func (a *API) get(w http.ResponseWriter, r *http.Request) {
	zone, err := zoneOf(r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	link, err := find(r, a.store.Get)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	a.writeJSON(w, http.StatusOK, render(link, zone))
}

func (a *API) delete(w http.ResponseWriter, r *http.Request) {
	if _, err := find(r, a.store.Delete); err != nil {
		a.fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *API) follow(w http.ResponseWriter, r *http.Request) {
	look := a.store.Visit
	if r.Method == http.MethodHead {
		look = a.store.Get // link checkers and previews are no visits
	}
	link, err := find(r, look)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store") // or browsers would skip the count
	http.Redirect(w, r, link.URL, http.StatusFound)
}

// find calls look with the slug in the path, unless no link can have such a
// slug: browsers ask for /favicon.ico, and that is no work for the database.
func find(r *http.Request, look func(context.Context, string) (links.Link, error)) (links.Link, error) {
	slug := r.PathValue("slug")
	if links.CheckSlug(slug) != nil {
		return links.Link{}, links.ErrNotFound
	}
	return look(r.Context(), slug)
}
