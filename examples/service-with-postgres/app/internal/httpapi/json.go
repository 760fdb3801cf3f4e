package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"example.com/links/internal/links"
)

type healthBody struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason,omitempty"`
}

type errorBody struct {
	Error string `json:"error"`
}

type linkBody struct {
	Slug        string     `json:"slug"`
	URL         string     `json:"url"`
	CreatedAt   time.Time  `json:"created_at"`
	Visits      int64      `json:"visits"`
	LastVisitAt *time.Time `json:"last_visit_at"`
}

type pageBody struct {
	Links []linkBody `json:"links"`
	Next  string     `json:"next,omitempty"` // path of the next page
}

func render(link links.Link, zone *time.Location) linkBody {
	body := linkBody{Slug: link.Slug, URL: link.URL, CreatedAt: link.CreatedAt.In(zone), Visits: link.Visits}
	if link.LastVisitAt != nil {
		local := link.LastVisitAt.In(zone)
		body.LastVisitAt = &local
	}
	return body
}

// requestError is an error that the caller of the API made.
type requestError struct {
	status  int
	message string
}

func (e requestError) Error() string { return e.message }

func badRequest(err error) error {
	return requestError{http.StatusBadRequest, err.Error()}
}

// fail answers with what went wrong. Errors that are not the caller's go to the
// log in full and are only hinted at in the answer.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, message := http.StatusInternalServerError, "internal error"
	invalid, isInvalid := errors.AsType[requestError](err)
	switch {
	case isInvalid:
		status, message = invalid.status, invalid.message
	case errors.Is(err, links.ErrNotFound):
		status, message = http.StatusNotFound, links.ErrNotFound.Error()
	case errors.Is(err, links.ErrSlugTaken):
		status, message = http.StatusConflict, links.ErrSlugTaken.Error()
	case errors.Is(err, links.ErrUnavailable):
		status, message = http.StatusServiceUnavailable, links.ErrUnavailable.Error()
		w.Header().Set("Retry-After", "5")
	}
	if status >= http.StatusInternalServerError {
		a.logger.Error("request failed", "method", r.Method, "path", r.URL.Path, "error", err.Error())
	}
	a.writeJSON(w, status, errorBody{Error: message})
}

// readJSON reads exactly one JSON object of known fields from the body. Insisting
// on the content type keeps forms of other web sites from posting here.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/json" {
		return requestError{http.StatusUnsupportedMediaType, "the Content-Type must be application/json"}
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		}
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return requestError{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body must not exceed %d bytes", maxBodyBytes)}
	}
	return requestError{http.StatusBadRequest, `the body must be one JSON object like {"url": "https://go.dev/doc/", "slug": "docs"}`}
}

func (a *API) writeJSON(w http.ResponseWriter, status int, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // & in a URL stays readable; no browser takes this for HTML
	if err := encoder.Encode(body); err != nil {
		a.logger.Error("cannot render the response", "error", err.Error())
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	a.write(w, bytes.TrimSuffix(text.Bytes(), []byte("\n")))
}

func (a *API) write(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		a.logger.Info("response not sent", "error", err.Error())
	}
}

// zoneOf returns the time zone that ?zone= names, or UTC.
func zoneOf(r *http.Request) (*time.Location, error) {
	name := r.URL.Query().Get("zone")
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" { // the server's zone is nobody's business
		return nil, requestError{http.StatusBadRequest, fmt.Sprintf("zone: unknown time zone %q, give a name such as Europe/Berlin", name)}
	}
	return zone, nil
}

func queryInteger(r *http.Request, name string, fallback, lowest, highest int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < lowest || value > highest {
		return 0, requestError{http.StatusBadRequest, fmt.Sprintf("%s: give a whole number from %d to %d", name, lowest, highest)}
	}
	return value, nil
}
