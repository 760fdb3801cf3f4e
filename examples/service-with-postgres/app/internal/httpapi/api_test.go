package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/links/internal/links"
)

var quiet = slog.New(slog.DiscardHandler)

// fakeStore keeps links in memory. When failure is set, every call returns it.
type fakeStore struct {
	mutex   sync.Mutex
	links   []links.Link // oldest first
	failure error
	calls   int
}

func (f *fakeStore) find(slug string) (*links.Link, error) {
	f.calls++
	if f.failure != nil {
		return nil, f.failure
	}
	i := slices.IndexFunc(f.links, func(l links.Link) bool { return l.Slug == slug })
	if i < 0 {
		return nil, links.ErrNotFound
	}
	return &f.links[i], nil
}

func (f *fakeStore) Create(_ context.Context, slug, url string) (links.Link, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if _, err := f.find(slug); err == nil {
		return links.Link{}, links.ErrSlugTaken
	} else if !errors.Is(err, links.ErrNotFound) {
		return links.Link{}, err
	}
	created := time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)
	f.links = append(f.links, links.Link{ID: int64(len(f.links) + 1), Slug: slug, URL: url, CreatedAt: created})
	return f.links[len(f.links)-1], nil
}

func (f *fakeStore) Get(_ context.Context, slug string) (links.Link, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	link, err := f.find(slug)
	if err != nil {
		return links.Link{}, err
	}
	return *link, nil
}

func (f *fakeStore) Visit(_ context.Context, slug string) (links.Link, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	link, err := f.find(slug)
	if err != nil {
		return links.Link{}, err
	}
	now := time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC)
	link.Visits++
	link.LastVisitAt = &now
	return *link, nil
}

func (f *fakeStore) Delete(_ context.Context, slug string) (links.Link, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	link, err := f.find(slug)
	if err != nil {
		return links.Link{}, err
	}
	deleted := *link
	f.links = slices.DeleteFunc(f.links, func(l links.Link) bool { return l.Slug == slug })
	return deleted, nil
}

func (f *fakeStore) List(_ context.Context, before int64, limit int) ([]links.Link, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	var page []links.Link
	for _, link := range slices.Backward(f.links) {
		if (before == 0 || link.ID < before) && len(page) < limit {
			page = append(page, link)
		}
	}
	return page, f.failure
}

type pingFunc func(context.Context) error

func (p pingFunc) Ping(ctx context.Context) error { return p(ctx) }

var healthy = pingFunc(func(context.Context) error { return nil })

func send(t *testing.T, handler http.Handler, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func expect(t *testing.T, got *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if got.Code != status || got.Body.String() != body {
		t.Errorf("got  %d %s\nwant %d %s", got.Code, got.Body, status, body)
	}
}

func TestLifeOfALink(t *testing.T) {
	handler := New(&fakeStore{}, healthy, quiet).Handler()
	fresh := `{"slug":"docs","url":"https://go.dev/doc/","created_at":"2026-07-01T12:00:00Z","visits":0,"last_visit_at":null}`

	created := send(t, handler, "POST", "/links", `{"url": "https://go.dev/doc/", "slug": "docs"}`)
	expect(t, created, 201, fresh)
	if got := created.Header().Get("Location"); got != "/links/docs" {
		t.Errorf("Location %q", got)
	}
	expect(t, send(t, handler, "GET", "/links/docs", ""), 200, fresh)
	if got := send(t, handler, "POST", "/links", `{"url": "https://go.dev/?a=1&b=<2>"}`); !strings.Contains(got.Body.String(), `"https://go.dev/?a=1&b=<2>"`) {
		t.Errorf("the URL is not readable: %s", got.Body)
	}

	for _, method := range []string{"GET", "HEAD"} {
		visit := send(t, handler, method, "/docs", "")
		if visit.Code != 302 || visit.Header().Get("Location") != "https://go.dev/doc/" || visit.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", method, visit.Code, visit.Header())
		}
	}
	// One visit, since HEAD does not count. New York is UTC-4 in July and UTC-5 in December.
	expect(t, send(t, handler, "GET", "/links/docs?zone=America/New_York", ""), 200,
		`{"slug":"docs","url":"https://go.dev/doc/","created_at":"2026-07-01T08:00:00-04:00","visits":1,"last_visit_at":"2026-12-01T07:00:00-05:00"}`)

	expect(t, send(t, handler, "DELETE", "/links/docs", ""), 204, "")
	for _, request := range []string{"GET /links/docs", "GET /docs", "DELETE /links/docs"} {
		method, path, _ := strings.Cut(request, " ")
		expect(t, send(t, handler, method, path, ""), 404, `{"error":"there is no such link"}`)
	}
}

func TestCreateMakesUpASlug(t *testing.T) {
	handler := New(&fakeStore{}, healthy, quiet).Handler()
	var link linkBody
	created := send(t, handler, "POST", "/links", `{"url":"https://go.dev"}`)
	if err := json.Unmarshal(created.Body.Bytes(), &link); err != nil {
		t.Fatal(err)
	}
	if created.Code != 201 || links.CheckSlug(link.Slug) != nil || created.Header().Get("Location") != "/links/"+link.Slug {
		t.Errorf("%d %s %v", created.Code, created.Body, created.Header())
	}
}

func TestCreateTriesAnotherRandomSlug(t *testing.T) {
	store := &fakeStore{failure: links.ErrSlugTaken}
	handler := New(store, healthy, quiet).Handler()
	expect(t, send(t, handler, "POST", "/links", `{"url":"https://go.dev"}`), 409, `{"error":"this slug is already taken"}`)
	if store.calls != slugAttempts {
		t.Errorf("%d attempts, want %d", store.calls, slugAttempts)
	}
	store.calls = 0
	expect(t, send(t, handler, "POST", "/links", `{"url":"https://go.dev","slug":"mine"}`), 409, `{"error":"this slug is already taken"}`)
	if store.calls != 1 {
		t.Errorf("%d attempts with a slug of the caller, want 1", store.calls)
	}
}

func TestCreateRejects(t *testing.T) {
	const form = `the body must be one JSON object like {\"url\": \"https://go.dev/doc/\", \"slug\": \"docs\"}`
	for _, test := range []struct {
		name, body string
		status     int
		message    string
	}{
		{"nonsense", `nonsense`, 400, form},
		{"a list", `[]`, 400, form},
		{"a number for the URL", `{"url": 1}`, 400, form},
		{"an unknown field", `{"url":"https://go.dev","colour":"red"}`, 400, form},
		{"two objects", `{"url":"https://go.dev"}{}`, 400, form},
		{"half an object", `{"url":"https://go.dev"`, 400, form},
		{"no URL", `{}`, 400, "url: must be given"},
		{"null", `null`, 400, "url: must be given"},
		{"a script", `{"url":"javascript:alert(1)"}`, 400, "url: must start with http:// or https:// and name a host"},
		{"a bad slug", `{"url":"https://go.dev","slug":"a/b"}`, 400, "slug: use lower-case letters, digits and single hyphens between them"},
		{"a reserved slug", `{"url":"https://go.dev","slug":"readyz"}`, 400, `slug: \"readyz\" is reserved`},
		{"a large body", `{"url":"` + strings.Repeat("x", maxBodyBytes) + `"}`, 413, "the body must not exceed 8192 bytes"},
		{"a large tail", `{"url":"https://go.dev"}` + strings.Repeat(" ", maxBodyBytes), 413, "the body must not exceed 8192 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			store := &fakeStore{}
			handler := New(store, healthy, quiet).Handler()
			expect(t, send(t, handler, "POST", "/links", test.body), test.status, `{"error":"`+test.message+`"}`)
			if store.calls != 0 {
				t.Error("the store was asked")
			}
		})
	}
}

func TestCreateInsistsOnJSON(t *testing.T) {
	handler := New(&fakeStore{}, healthy, quiet).Handler()
	for contentType, status := range map[string]int{"": 415, "text/plain": 415, ";": 415, "application/json; charset=utf-8": 201} {
		request := httptest.NewRequest("POST", "/links", strings.NewReader(`{"url":"https://go.dev"}`))
		request.Header.Set("Content-Type", contentType)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != status {
			t.Errorf("%q: %d %s, want %d", contentType, recorder.Code, recorder.Body, status)
		}
	}
}

func TestListPages(t *testing.T) {
	store := &fakeStore{}
	handler := New(store, healthy, quiet).Handler()
	expect(t, send(t, handler, "GET", "/links", ""), 200, `{"links":[]}`)
	for i := range 5 {
		if _, err := store.Create(t.Context(), fmt.Sprintf("link-%d", i), "https://go.dev"); err != nil {
			t.Fatal(err)
		}
	}
	var pages [][]string
	for target := "/links?limit=2&zone=Europe/Berlin"; target != ""; {
		var page pageBody
		answer := send(t, handler, "GET", target, "")
		if err := json.Unmarshal(answer.Body.Bytes(), &page); err != nil || answer.Code != 200 {
			t.Fatalf("%s: %d %s", target, answer.Code, answer.Body)
		}
		var slugs []string
		for _, link := range page.Links {
			slugs = append(slugs, link.Slug)
			if _, offset := link.CreatedAt.Zone(); offset != 7200 {
				t.Errorf("%s: created at %v, want Berlin's time", target, link.CreatedAt)
			}
		}
		pages = append(pages, slugs)
		target = page.Next
	}
	if got, want := fmt.Sprint(pages), "[[link-4 link-3] [link-2 link-1] [link-0]]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBadParameters(t *testing.T) {
	handler := New(&fakeStore{}, healthy, quiet).Handler()
	for target, message := range map[string]string{
		"/links?limit=0":             "limit: give a whole number from 1 to 100",
		"/links?limit=101":           "limit: give a whole number from 1 to 100",
		"/links?before=x":            "before: give a whole number from 1 to 4611686018427387904",
		"/links?zone=Mars/Olympus":   `zone: unknown time zone \"Mars/Olympus\", give a name such as Europe/Berlin`,
		"/links?zone=Local":          `zone: unknown time zone \"Local\", give a name such as Europe/Berlin`,
		"/links/a?zone=../etc/hosts": `zone: unknown time zone \"../etc/hosts\", give a name such as Europe/Berlin`,
	} {
		expect(t, send(t, handler, "GET", target, ""), 400, `{"error":"`+message+`"}`)
	}
}

func TestImpossibleSlugsDoNotReachTheStore(t *testing.T) {
	store := &fakeStore{}
	handler := New(store, healthy, quiet).Handler()
	for _, path := range []string{"/favicon.ico", "/links/%00", "/links/A", "/a%2Fb"} {
		expect(t, send(t, handler, "GET", path, ""), 404, `{"error":"there is no such link"}`)
	}
	if store.calls != 0 {
		t.Error("the store was asked")
	}
}

func TestStoreFailuresAreNotTold(t *testing.T) {
	for _, test := range []struct {
		failure error
		status  int
		body    string
	}{
		{fmt.Errorf("%w: dial db.internal", links.ErrUnavailable), 503, `{"error":"the database does not answer"}`},
		{errors.New("column secret does not exist"), 500, `{"error":"internal error"}`},
	} {
		handler := New(&fakeStore{failure: test.failure}, healthy, quiet).Handler()
		expect(t, send(t, handler, "GET", "/links", ""), test.status, test.body)
		expect(t, send(t, handler, "GET", "/docs", ""), test.status, test.body)
		expect(t, send(t, handler, "DELETE", "/links/docs", ""), test.status, test.body)
		expect(t, send(t, handler, "POST", "/links", `{"url":"https://go.dev"}`), test.status, test.body)
	}
}

func TestLivenessDependsOnNothing(t *testing.T) {
	unused := pingFunc(func(context.Context) error {
		t.Error("the database was asked")
		return nil
	})
	api := New(&fakeStore{}, unused, quiet)
	expect(t, send(t, api.Handler(), "GET", "/livez", ""), 200, `{"ok":true}`)
	api.stopping.Store(true)
	expect(t, send(t, api.Handler(), "GET", "/livez", ""), 200, `{"ok":true}`)
}

func TestReadiness(t *testing.T) {
	failing := pingFunc(func(context.Context) error { return errors.New("dial db.internal: connection refused") })
	expect(t, send(t, New(&fakeStore{}, healthy, quiet).Handler(), "GET", "/readyz", ""), 200, `{"ok":true}`)
	expect(t, send(t, New(&fakeStore{}, failing, quiet).Handler(), "GET", "/readyz", ""), 503,
		`{"ok":false,"reason":"the database does not answer"}`)
}

func TestReadinessDoesNotWaitForever(t *testing.T) {
	var patience time.Duration
	hanging := pingFunc(func(ctx context.Context) error {
		deadline, ok := ctx.Deadline()
		if !ok {
			return nil
		}
		patience = time.Until(deadline)
		return context.DeadlineExceeded
	})
	expect(t, send(t, New(&fakeStore{}, hanging, quiet).Handler(), "GET", "/readyz", ""), 503,
		`{"ok":false,"reason":"the database does not answer"}`)
	if patience <= 0 || patience > healthTimeout {
		t.Errorf("the database has %v to answer, want up to %v", patience, healthTimeout)
	}
}

func TestUsageAndUnknownPaths(t *testing.T) {
	handler := New(&fakeStore{}, healthy, quiet).Handler()
	if got := send(t, handler, "GET", "/", ""); got.Code != 200 || !strings.Contains(got.Body.String(), "/readyz") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := send(t, handler, "GET", "/a/b/c", ""); got.Code != 404 {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := send(t, handler, "PUT", "/links", ""); got.Code != 405 {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestRequestsAreLogged(t *testing.T) {
	var log strings.Builder
	handler := New(&fakeStore{}, healthy, slog.New(slog.NewJSONHandler(&log, nil))).Handler()
	send(t, handler, "GET", "/livez", "")
	send(t, handler, "GET", "/readyz", "")
	if log.Len() != 0 {
		t.Errorf("a passed health check was logged: %s", log.String())
	}
	send(t, handler, "GET", "/nowhere", "")
	var line struct {
		Message string `json:"msg"`
		Method  string
		Path    string
		Status  int
		Bytes   int
	}
	if err := json.Unmarshal([]byte(log.String()), &line); err != nil {
		t.Fatalf("%q: %v", log.String(), err)
	}
	if line.Message != "request" || line.Method != "GET" || line.Path != "/nowhere" || line.Status != 404 || line.Bytes == 0 {
		t.Errorf("logged %+v", line)
	}
}
