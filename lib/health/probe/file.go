package main

import "syscall"

const longestFile = 1 << 20

// readFile returns what a file holds, up to a limit in bytes.
func readFile(path string, limit int) ([]byte, error) {
	file, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(file)
	return readAll(file, limit)
}

func readAll(file, limit int) (content []byte, err error) {
	chunk := make([]byte, 4096)
	for {
		size, err := syscall.Read(file, chunk)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return nil, err
		case size == 0:
			return content, nil
		case len(content)+size > limit:
			return nil, syscall.EFBIG
		}
		content = append(content, chunk[:size]...)
	}
}

func write(file int, text string) {
	for rest := []byte(text); len(rest) > 0; {
		written, err := syscall.Write(file, rest)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return
		}
		rest = rest[written:]
	}
}
