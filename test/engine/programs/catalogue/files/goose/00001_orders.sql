-- +goose Up
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL);
INSERT INTO orders (customer) VALUES ('first-customer-of-the-shop');

-- +goose Down
DROP TABLE orders;
